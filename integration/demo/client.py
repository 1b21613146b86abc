"""The demo's eyes and hands: a few lines around the public API, as any outside program would have."""

import json
import urllib.error
import urllib.request
import uuid
from typing import Any


class ApiError(RuntimeError):
    """The API refused; the problem document is in the message."""


class Client:
    """Calls the API of one company by its key. Each POST carries an Idempotency-Key."""

    def __init__(self, url: str, key: str) -> None:
        self.root, self.key = url.rstrip("/") + "/api/v1/", key

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
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.root + path, data=data, headers=headers, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return json.load(answer), answer.headers.get("Idempotency-Replayed") == "true"
        except urllib.error.HTTPError as error:
            raise ApiError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')[:500]}") from error
