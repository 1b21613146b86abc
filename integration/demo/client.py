"""The demo's eyes and hands: a few lines around the public API, as any outside program would have."""

import http.client
import json
import threading
import urllib.parse
import uuid
from typing import Any

TIMEOUT_SECONDS = 30


class ApiError(RuntimeError):
    """The API refused; the problem document is in the message."""


class _Lines(threading.local):
    """The open connections of a thread, by address: whoever speaks there next takes the same one."""

    def __init__(self) -> None:
        self.open: dict[tuple[str, str], http.client.HTTPConnection] = {}

    def to(self, scheme: str, address: str) -> http.client.HTTPConnection:
        if (scheme, address) not in self.open:
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            self.open[scheme, address] = kind(address, timeout=TIMEOUT_SECONDS)
        return self.open[scheme, address]


_LINES = _Lines()


class Client:
    """Calls the API of one company by its key. Each POST carries an Idempotency-Key. Clients of one thread share a connection,
    which is kept; OSError where nobody answers."""

    def __init__(self, url: str, key: str) -> None:
        parts = urllib.parse.urlsplit(url.rstrip("/"))
        self.scheme, self.address, self.root, self.key = parts.scheme, parts.netloc, f"{parts.path}/api/v1/", key

    def get(self, path: str) -> Any:
        return self._call("GET", path, None)[0]

    def post(self, path: str, body: Any = None, *, key: str = "") -> Any:
        """With a `key` of one's own the same call again is answered with the first answer."""
        return self._call("POST", path, {} if body is None else body, key)[0]

    def post_once(self, path: str, body: Any, *, key: str) -> bool:
        """Whether this call did it; False if it is answered with the answer of an earlier one."""
        return not self._call("POST", path, body, key)[1]

    def _call(self, method: str, path: str, body: Any, key: str = "") -> tuple[Any, bool]:
        """The answer, and whether it was given before."""
        headers = {"Authorization": f"Bearer {self.key}", "Accept": "application/json", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        status, replayed, text = self._ask(method, path, None if body is None else json.dumps(body).encode(), headers)
        if status >= 400:
            raise ApiError(f"{method} {path}: {status} {text.decode(errors='replace')[:500]}")
        return json.loads(text), replayed

    def _ask(self, method: str, path: str, data: bytes | None, headers: dict[str, str]) -> tuple[int, bool, bytes]:
        """One question on the thread's connection. One that was kept may have been closed meanwhile: then it is asked once more
        on a new one, which is harmless, for a POST has its key."""
        line = _LINES.to(self.scheme, self.address)
        kept = line.sock is not None
        try:
            line.request(method, self.root + path, body=data, headers=headers)
            answer = line.getresponse()
            return answer.status, answer.headers.get("Idempotency-Replayed") == "true", answer.read()
        except (OSError, http.client.HTTPException) as gone:
            line.close()
            if kept and not isinstance(gone, TimeoutError):
                return self._ask(method, path, data, headers)
            raise gone if isinstance(gone, OSError) else ConnectionError(repr(gone)) from gone
