"""Exceptions that need somebody, as home and dashboard show them: newest first, each with its one click."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from erp.automation.models import ExceptionItem
from erp.automation.permissions import SETTLE, VIEW
from erp.automation.queries import can_settle, list_exceptions, sentence_of, words_of
from erp.automation.tables import ROLES, age_of, can_run, kind_of
from erp.core.actor import Actor
from erp.documents.registry import find_url
from erp.screens.tasks import list_tasks


@dataclass(frozen=True)
class OwnTask:
    """One open task of the reader; `url` opens its document."""

    subject: str
    number: str
    due_date: datetime.date
    late: bool
    url: str
    done_url: str


@dataclass(frozen=True)
class Attention:
    """One exception; an address is "" for what this reader may not do."""

    number: str
    kind: str
    words: str
    sentence: str
    owner: str
    age: str
    url: str
    run_url: str
    dismiss_url: str


def list_attention(actor: Actor, *, roles: Sequence[str] = (), limit: int) -> list[Attention]:
    """The newest open exceptions, of those roles or of all; one statement."""
    if not actor.can(VIEW):
        return []
    rows = list_exceptions().order_by("-id")
    if roles:
        rows = rows.filter(owner_role__in=roles)
    return [_show(item, actor) for item in rows[:limit]]


def list_own_tasks(actor: Actor, *, limit: int) -> list[OwnTask]:
    """The reader's next open tasks by day; one statement."""
    rows = list_tasks(actor).filter(mine=True, done_at=None).order_by("due_date", "id")[:limit]
    return [
        OwnTask(
            subject=row.subject,
            number=row.document_number,
            due_date=row.due_date,
            late=row.state == "late",
            url=find_url(row.kind, row.document_id, actor.can),
            done_url=reverse("screens:complete_task", args=[row.pk]),
        )
        for row in rows
    ]


def _show(item: ExceptionItem, actor: Actor) -> Attention:
    may_settle = actor.can(SETTLE)
    return Attention(
        number=item.number,
        kind=kind_of(item),
        words=words_of(item.verb, item.kind),
        sentence=sentence_of(item.reason),
        owner=str(ROLES.get(item.owner_role, item.owner_role)),
        age=age_of(item),
        url=find_url(item.kind, item.document_id, actor.can),
        run_url=reverse("automation:run", args=[item.pk]) if may_settle and can_run(item, actor) else "",
        dismiss_url=reverse("automation:dismiss", args=[item.pk]) if may_settle and can_settle(item, actor) else "",
    )
