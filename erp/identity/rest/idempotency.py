"""`Idempotency-Key`: the answer of a POST is kept in the transaction of its effect, and given again on a repeat.

The record is inserted first in the unit of work, so of two requests with one key only one has an effect. The second
waits outside any transaction, up to WAIT, for the first to end and then repeats its answer; if the first is still
running it is refused with 409. A refused request leaves nothing, so the same key may be tried again. Answers are
kept for 24 hours.
"""

import datetime
import hashlib
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from erp.core.actor import Actor
from erp.core.rows import COMPANY, execute, fetch
from erp.identity.rest.problems import KeyReused, StillRunning

WAIT, STEP = 5.0, 0.05
_KEY = re.compile(r"[\x21-\x7e]{1,200}\Z")
_LOCK = f"SELECT pg_try_advisory_xact_lock(hashtextextended('idempotency:' || {COMPANY} || ':' || %s || ':' || %s, 0))"  # noqa: S608
_BEGIN = f"""
INSERT INTO identity_idempotencyrecord AS r (company_id, principal, key, fingerprint, location, created_at)
VALUES ({COMPANY}, %s, %s, %s, '', %s)
ON CONFLICT (company_id, principal, key) DO UPDATE
SET fingerprint = excluded.fingerprint, status = NULL, body = NULL, location = '', created_at = excluded.created_at
WHERE r.created_at < excluded.created_at - interval '24 hours'
RETURNING id
"""  # noqa: S608
_FIND = f"""
SELECT fingerprint, status, body #>> '{{}}', location FROM identity_idempotencyrecord
WHERE company_id = {COMPANY} AND principal = %s AND key = %s AND created_at >= %s - interval '24 hours'
"""  # noqa: S608
_FINISH = f"""
UPDATE identity_idempotencyrecord SET status = %s, body = to_jsonb(%s::text), location = %s
WHERE company_id = {COMPANY} AND id = %s
"""  # noqa: S608


class _FirstStillRunning(Exception):
    """Another transaction holds the key."""


@dataclass(frozen=True)
class KeyedCall:
    """One request and its key; `key` is empty when the client sent none."""

    actor: Actor
    key: str
    fingerprint: str
    at: datetime.datetime

    def find_answer(self) -> HttpResponse | None:
        """The answer given before, inside an open scope; raises KeyReused when it was to another request."""
        if not self.key:
            return None
        rows = fetch(_FIND, [self.actor.name, self.key, self.at])
        if not rows:
            return None
        fingerprint, status, body, location = rows[0]
        if fingerprint != self.fingerprint:
            raise KeyReused
        return _replayed(status, body, location)

    def once(self, work: Callable[[], HttpResponse]) -> HttpResponse:
        """Inside a unit of work: run `work` and keep its answer, or give the answer kept before."""
        if not self.key:
            return work()
        if not fetch(_LOCK, [self.actor.name, self.key])[0][0]:
            raise _FirstStillRunning
        begun = fetch(_BEGIN, [self.actor.name, self.key, self.fingerprint, self.at])
        if not begun:
            answer = self.find_answer()
            assert answer is not None, "a record that conflicts is younger than a day"
            return answer
        answer = work()
        execute(_FINISH, [answer.status_code, answer.content.decode(), answer.headers.get("Location", ""), begun[0][0]])
        return answer

    def patiently(self, unit: Callable[[], HttpResponse]) -> HttpResponse:
        """Run the unit of work; while another request with the same key runs, wait for its end, up to WAIT seconds."""
        end = time.monotonic() + WAIT
        while True:
            try:
                return unit()
            except _FirstStillRunning:
                if time.monotonic() > end:
                    raise StillRunning from None
                time.sleep(STEP)


def read_key(request: Request, actor: Actor, at: datetime.datetime, *, required: bool) -> KeyedCall:
    """The key of a request; refuses a malformed or blank one, and a missing one where it is required: who sends a header
    believes to be protected."""
    sent = request.headers.get("Idempotency-Key")
    key = (sent or "").strip().strip('"')
    if (required or sent is not None) and not _KEY.match(key):
        text = _("Send an Idempotency-Key of 1 to 200 visible ASCII characters, new for each request.")
        raise ValidationError({"Idempotency-Key": [ErrorDetail(text, "idempotency_key_required" if sent is None else "invalid")]})
    return KeyedCall(actor, key, _fingerprint(request) if key else "", at)


def _fingerprint(request: Request) -> str:
    data = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.method} {request.path}\n{data}".encode()).hexdigest()


def _replayed(status: int, body: str, location: str) -> HttpResponse:
    headers: dict[str, Any] = {"Idempotency-Replayed": "true", **({"Location": location} if location else {})}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)
