"""One unit of work = one transaction = one company. The walls between companies start here.

`company_scope` opens the transaction and tells PostgreSQL, in one transaction-local statement (safe behind a
transaction pooler), whose rows it may see and who acts. The row-level policies read it; so does the history trigger.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, transaction

from erp.core.actor import Actor
from erp.core.errors import CompanyClosed
from erp.core.rows import execute, fetch_one, one_cursor

_SET = "SELECT {}, set_config('weft.company_id', %s, true), set_config('weft.actor', %s, true)"
_READ = _SET.format("set_config('transaction_read_only', 'on', true) = 'on'")
_WRITE = _SET.format("core_may_write(%s::bigint)")
# The server's limit on transactions is for requests; before PostgreSQL 17 there is none.
_TAKE_TIME = "SELECT set_config(name, '0', true) FROM pg_settings WHERE name = 'transaction_timeout'"
# For a supplier's program the reads run as a role that sees their own rows of a few tables and nothing else.
_READ_AS_PARTNER = _READ + ", set_config('weft.party_id', %s, true), set_config('role', 'weft_partner', true)"
_LEAVE = "RESET ROLE"
_RESTORE = "SELECT set_config('weft.company_id', %s, true), set_config('weft.actor', %s, true)"


class ScopeError(RuntimeError):
    """A programming error: work outside a scope, or a scope of one company inside that of another."""


@dataclass(frozen=True)
class Scope:
    actor: Actor
    read_only: bool


_current: ContextVar[Scope | None] = ContextVar("weft_scope", default=None)


def current_scope() -> Scope:
    """The open scope; raises ScopeError outside of one."""
    scope = _current.get()
    if scope is None:
        raise ScopeError("no company scope is open")
    return scope


def is_scope_open() -> bool:
    return _current.get() is not None


def current_company_id() -> int:
    return current_scope().actor.company_id


@contextmanager
def company_scope(actor: Actor, *, read_only: bool = False) -> Iterator[Scope]:
    """Open a durable transaction for the actor's company; nested scopes of the same company join it.

    Raises CompanyClosed for one to write in where the company has moved away; what it was can be read.
    """
    outer = _current.get()
    if outer is not None:
        if outer.actor.company_id != actor.company_id:
            raise ScopeError(f"a scope of company {actor.company_id} inside one of company {outer.actor.company_id}")
        yield from _nested(outer, actor)
        return
    scope = Scope(actor, read_only)
    token = _current.set(scope)
    try:
        with transaction.atomic(durable=True), one_cursor():
            _set(actor, read_only)
            yield scope
            if len(connection.atomic_blocks) > 1:  # inside a test's own transaction: close the wall again
                if read_only and actor.party_id is not None:
                    execute(_LEAVE)
                _restore("", "")
    finally:
        _current.reset(token)


def take_time() -> None:
    """Let the open scope last as long as it takes: for what goes through a whole company, never for a request."""
    current_scope()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TIME)


@contextmanager
def scope_of_transaction(actor: Actor) -> Iterator[Scope]:
    """A scope in a transaction of somebody else, who has told PostgreSQL already: a data migration."""
    scope = Scope(actor, False)
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def _nested(outer: Scope, actor: Actor) -> Iterator[Scope]:
    """A scope inside a scope: another actor may act (automation inside a user's request), then the first is restored."""
    scope = Scope(actor, outer.read_only)
    token = _current.set(scope)
    try:
        _restore(str(actor.company_id), actor.name)
        yield scope
        _restore(str(actor.company_id), outer.actor.name)
    finally:
        _current.reset(token)


def _set(actor: Actor, read_only: bool) -> None:
    company = str(actor.company_id)
    if read_only and actor.party_id is not None:
        fetch_one(_READ_AS_PARTNER, [company, actor.name, str(actor.party_id)])
        return
    may = fetch_one(_READ, [company, actor.name]) if read_only else fetch_one(_WRITE, [company, company, actor.name])
    if not may[0]:
        raise CompanyClosed


def _restore(company: str, actor: str) -> None:
    execute(_RESTORE, [company, actor])
