"""What people keep on a document beside its facts: files, tasks and what became of them. Every kind has it by itself."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.documents.models import Attachment, Task
from erp.documents.news import is_following
from erp.documents.permissions import REMOVE_FILES
from erp.documents.queries import list_attachments, list_document_tasks
from erp.documents.rules import TYPES
from erp.identity.access import labels_of_actors, people_of
from erp.identity.queries import company_today
from erp.screens.documents import DocumentPage, Entry


@dataclass(frozen=True, kw_only=True)
class File:
    """One attached file; an address is "" for what the reader may not do."""

    name: str
    size: int
    who: str
    at: datetime.datetime
    url: str
    remove_url: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskCard:
    subject: str
    due_date: datetime.date
    owner: str
    done: bool = False
    late: bool = False
    done_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """`people` are (id, name) of those a task can be given to; the reader's own id is `me`."""

    files: Sequence[File] = ()
    tasks: Sequence[TaskCard] = ()
    entries: Sequence[Entry] = ()
    people: Sequence[tuple[int, str]] = ()
    me: int = 0
    today: datetime.date | None = None
    following: bool = False
    follow_url: str = ""
    attach_url: str = ""
    schedule_url: str = ""
    endings: str = field(default=",".join(f".{ending}" for ending in TYPES))

    @property
    def open_tasks(self) -> list[TaskCard]:
        return [task for task in self.tasks if not task.done]


def desk_of(document: DocumentPage) -> Desk | None:
    """The desk of the document the page is about; None for a page that nobody writes about. Six statements."""
    if document.desk is not None:
        return document.desk
    ref = document.subject
    return read_desk(ref, document.actor) if ref else None


def read_desk(ref: DocumentRef, actor: Actor) -> Desk:
    attachments, tasks = list(list_attachments(ref)), list(list_document_tasks(ref))
    who = labels_of_actors({row.actor for row in (*attachments, *tasks)} | _enders(attachments, tasks))
    following = is_following(ref, actor)
    people, today = people_of(actor.company_id), company_today()
    return Desk(
        files=[_file(row, who, actor) for row in attachments if row.removed_at is None],
        tasks=[_task(row, people, today) for row in tasks],
        entries=[*_file_entries(attachments, who), *_task_entries(tasks, people, who)],
        people=list(people.items()),
        me=actor.user_id or 0,
        today=today,
        following=following,
        follow_url=reverse("screens:unfollow" if following else "screens:follow", args=ref) if actor.user_id else "",
        attach_url=reverse("screens:attach", args=ref),
        schedule_url=reverse("screens:schedule", args=ref),
    )


def timeline_of(document: DocumentPage, desk: Desk | None) -> list[Entry]:
    """What the page tells and what the desk adds, newest first."""
    entries = [*(desk.entries if desk else ()), *document.timeline]
    return sorted(entries, key=lambda entry: entry.at, reverse=True) if desk and desk.entries else entries


def _enders(attachments: Sequence[Attachment], tasks: Sequence[Task]) -> set[str]:
    return {row.removed_by for row in attachments if row.removed_by} | {row.done_by for row in tasks if row.done_by}


def _file(row: Attachment, who: dict[str, str], actor: Actor) -> File:
    own = row.actor == actor.name or actor.can(REMOVE_FILES)
    return File(
        name=row.name,
        size=row.size,
        who=who[row.actor],
        at=row.at,
        url=reverse("screens:file", args=[row.pk]),
        remove_url=reverse("screens:remove_file", args=[row.pk]) if own else "",
    )


def _task(row: Task, people: dict[int, str], today: datetime.date) -> TaskCard:
    done = row.done_at is not None
    return TaskCard(
        subject=row.subject,
        due_date=row.due_date,
        owner=people.get(row.owner_id, "–"),
        done=done,
        late=not done and row.due_date < today,
        done_url="" if done else reverse("screens:complete_task", args=[row.pk]),
    )


def _file_entries(rows: Sequence[Attachment], who: dict[str, str]) -> list[Entry]:
    entries = []
    for row in rows:
        gone = row.removed_at is not None
        url = "" if gone else reverse("screens:file", args=[row.pk])
        entries.append(
            Entry(at=row.at, who=who[row.actor], text=_("Attached %(name)s") % {"name": row.name}, kind="file", url=url)
        )
        if row.removed_at is not None:
            text = _("Removed %(name)s") % {"name": row.name}
            entries.append(Entry(at=row.removed_at, who=who[row.removed_by], text=text, kind="file"))
    return entries


def _task_entries(rows: Sequence[Task], people: dict[int, str], who: dict[str, str]) -> list[Entry]:
    entries = []
    for row in rows:
        words = {"task": row.subject, "person": people.get(row.owner_id, "–")}
        text = _("Task for %(person)s: %(task)s") % words
        entries.append(Entry(at=row.at, who=who[row.actor], text=text, kind="task"))
        if row.done_at is not None:
            entries.append(Entry(at=row.done_at, who=who[row.done_by], text=_("Done: %(task)s") % words, kind="task"))
    return entries
