"""What happened to one quotation or opportunity: events, changes of its fields, comments; newest first."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.events import DocumentRef
from erp.core.models import EventRow
from erp.documents.event_labels import event_label
from erp.documents.queries import list_changes, list_comments
from erp.identity.access import labels_of_actors
from erp.screens.documents import Entry

UNINTERESTING = {"net", "tax", "rate", "state", "stage", "sales_order_id", "probability"}
EVENT_LABELS: Mapping[str, object] = {
    "opportunity.opened": _("Opportunity opened"),
    "opportunity.moved": _("Moved to another stage"),
    "quotation.drafted": _("Quotation drafted"),
    "quotation.accepted": _("Quotation accepted"),
    "quotation.cancelled": _("Quotation cancelled"),
}


def read_timeline(ref: DocumentRef, model: type[models.Model]) -> list[Entry]:
    """Five statements at most, however long the history."""
    events = list(EventRow.objects.filter(aggregatetype=ref.kind, aggregateid=ref.id).order_by("id"))
    changes = list_changes(model._meta.db_table, ref.id)
    comments = list(list_comments(ref))
    who = labels_of_actors({row.actor for rows in (events, changes, comments) for row in rows})
    entries = [Entry(at=e.occurred_at, who=who[e.actor], text=event_label(e.type), kind=_kind(e.actor)) for e in events]
    entries += [Entry(at=c.at, who=who[c.actor], text=c.body, kind="comment") for c in comments]
    labels = {field.attname: field.verbose_name for field in model._meta.concrete_fields}
    for change in changes:
        for name, (old, new) in change.changes.items():
            if name not in UNINTERESTING:
                words = {"old": _text(old), "new": _text(new)}
                entries.append(Entry(at=change.at, who=who[change.actor], text=labels.get(name, name), kind="change", **words))
    entries.reverse()  # of one instant, the later first
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _kind(actor: str) -> str:
    return "person" if actor.startswith(("user:", "key:")) else "automation"


def _text(value: object) -> str:
    """A value of the history as one reads it; numbers come back from JSON as floats."""
    if value is None:
        return ""
    return f"{Decimal(str(value)).normalize():f}" if isinstance(value, float) else str(value)
