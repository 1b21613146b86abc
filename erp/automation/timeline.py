"""The right-hand side of a document page: the chain it stands in and everything that happened to it, rules included."""

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.models import AutomaticStep
from erp.automation.queries import list_steps, rules_behind, sentence_of
from erp.core.events import DocumentRef
from erp.documents.causation import Happening, Story, read_story
from erp.documents.event_labels import event_label
from erp.documents.models import Comment, History
from erp.documents.queries import list_changes, list_comments
from erp.documents.registry import DocumentCard, describe
from erp.identity.access import labels_of_actors
from erp.screens import formats
from erp.screens.documents import Entry, Related

UNTOLD = frozenset({"state", "held_reasons", "owner_role", "company_id", "id"})  # the events say it better


class DocumentStory:
    """What a page tells beside the document itself; a bounded number of statements, whatever happened to it."""

    def __init__(self, ref: DocumentRef, model: type[models.Model], can: Callable[[str], bool]) -> None:
        self.ref, self.model, self.can = ref, model, can
        self.story: Story | None = read_story(ref, siblings=False)
        self.cards = describe(self.story.documents) if self.story else {}

    @property
    def comment_url(self) -> str:
        return reverse("screens:comment", args=[self.ref.kind, self.ref.id])

    def related(self, *, without: Sequence[str] = ("journal_entry",)) -> list[Related]:
        """The chain in order of time, this document marked; those the reader may not open have no link."""
        if self.story is None:
            return []
        shown = [self.cards[ref] for ref in self.story.documents if ref in self.cards and ref.kind not in without]
        return [self._link(card) for card in shown]

    def cards_of(self, kind: str) -> list[DocumentCard]:
        return [card for ref, card in self.cards.items() if ref.kind == kind]

    def url_of(self, kind: str) -> str:
        """The page of the first document of that kind in the story that the reader may open, or ""."""
        return next((card.url for card in self.cards_of(kind) if self.can(card.permission)), "")

    def timeline(self) -> list[Entry]:
        """Newest first: events of the document and of what came of it, refused steps, changes and comments."""
        happenings = self._own_and_consequences()
        steps = [step for step in list_steps(kind=self.ref.kind, document_id=self.ref.id) if not step.allowed]
        changes = list_changes(self.model._meta.db_table, self.ref.id)
        comments = list(list_comments(self.ref))
        actors = {h.actor for h in happenings} | {c.actor for c in changes} | {c.actor for c in comments}
        who = labels_of_actors(actors)
        rules = rules_behind(happenings, self._causes())
        entries = [self._event(h, who, rules.get(h.id, "")) for h in happenings]
        entries += [_refused(step) for step in steps]
        entries += [entry for change in changes for entry in self._changed(change, who)]
        entries += [_comment(comment, who) for comment in comments]
        entries.reverse()  # of one instant, the later comes first
        return sorted(entries, key=lambda entry: entry.at, reverse=True)

    def _own_and_consequences(self) -> list[Happening]:
        if self.story is None:
            return []
        own = self.story.documents.get(self.ref, [])
        effects = [cause.effect for cause in self.story.causes if cause.source == self.ref]
        return [*own, *effects]

    def _causes(self) -> dict[int, DocumentRef]:
        return {cause.effect.id: cause.source for cause in self.story.causes} if self.story else {}

    def _link(self, card: DocumentCard) -> Related:
        return Related(
            type_label=card.label,
            number=card.number,
            url=card.url if self.can(card.permission) else "",
            state_label=card.status_label,
            family=card.family,  # type: ignore[arg-type]
            current=card.ref == self.ref,
            plural=card.plural,
            icon=card.icon,
        )

    def _event(self, happening: Happening, who: dict[str, str], rule: str) -> Entry:
        card = self.cards.get(happening.document)
        text, url = event_label(happening.type), ""
        if happening.document != self.ref and card:
            text = _("%(event)s: %(number)s") % {"event": text, "number": card.number}
            url = card.url if self.can(card.permission) else ""
        by_system = happening.actor.startswith("system:")
        kind = "automation" if rule else "system" if by_system else "person"
        return Entry(at=happening.at, who=actor_name(who, happening.actor), text=text, kind=kind, rule=rule, url=url)  # type: ignore[arg-type]

    def _changed(self, change: History, who: dict[str, str]) -> list[Entry]:
        fields = {field.attname: field for field in self.model._meta.concrete_fields}
        return [
            Entry(
                at=change.at,
                who=actor_name(who, change.actor),
                text=str(fields[name].verbose_name),
                kind="change",
                old=_shown(old, fields[name]),
                new=_shown(new, fields[name]),
            )
            for name, (old, new) in change.changes.items()
            if name in fields and name not in UNTOLD and not name.endswith("_id")
        ]


def actor_name(labels: dict[str, str], actor: str) -> str:
    """Who acted, for people: the system is called Weft."""
    return "Weft" if actor.startswith("system:") else labels.get(actor, actor)


def _refused(step: AutomaticStep) -> Entry:
    text = _("Left to a person: %(reason)s") % {"reason": sentence_of(step.reason)}
    return Entry(at=step.at, who="Weft", text=text, kind="automation")


def _comment(comment: Comment, who: dict[str, str]) -> Entry:
    return Entry(at=comment.at, who=actor_name(who, comment.actor), text=comment.body, kind="comment")


def _shown(value: Any, field: "models.Field[Any, Any]") -> str:
    """A recorded value as the screens say it: days, instants and figures in the reader's way, a state by its word."""
    if value in (None, ""):
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return formats.date_and_time(datetime.datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return formats.date(datetime.date.fromisoformat(value))
    if isinstance(field, models.DecimalField):
        return formats.number(Decimal(str(value)))
    if isinstance(field, models.BooleanField):
        return str(_("Yes") if value else _("No"))
    return str(value)
