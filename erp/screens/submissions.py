"""One press of a button has one effect: the token drawn into a form is spent in the verb's own unit of work."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import IntegrityError

from erp.core.actor import Actor
from erp.core.clock import now
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.screens.models import Submission

T = TypeVar("T")
ONCE = "screens_submission_once"


@dataclass
class AlreadyDone(Exception):
    """The same form was sent before: by whom and when."""

    by: str
    at: datetime.datetime


def new_token() -> str:
    return str(uuid.uuid4())


def run_once(actor: Actor, token: str, work: Callable[[], T]) -> T:
    """Run `work` in its own unit of work, unless a form with this token was carried out before: then AlreadyDone.

    A refused verb does not spend its token. A missing or malformed token is replaced by a fresh one: the verb's
    own state check still stands behind it.
    """
    key = _parsed(token)

    def unit() -> T:
        Submission.objects.create(token=key, actor=actor.name, actor_label=actor.label[:200], at=now())
        return work()

    try:
        return run_unit(actor, unit)
    except IntegrityError as error:
        if ONCE not in str(error):
            raise
        raise _first(actor, key) from error


def _parsed(token: str) -> uuid.UUID:
    try:
        return uuid.UUID(token)
    except ValueError:
        return uuid.uuid4()


def _first(actor: Actor, key: uuid.UUID) -> AlreadyDone:
    with company_scope(actor, read_only=True):
        first = Submission.objects.get(token=key)
    return AlreadyDone(first.actor_label or first.actor, first.at)
