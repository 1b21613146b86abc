"""How the lists of the books can be narrowed. `todo` words are what dashboards link to."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from erp.identity.queries import company_today
from erp.ledger.models import AccountRole, JournalEntry, JournalLine, LedgerAccount, OpenItem, Period
from erp.screens.filters import dates
from erp.screens.lists import EVERYTHING

ITEM_STATES = (("open", _("Open")), ("overdue", _("Overdue")), ("settled", _("Settled")), ("all", _("All")))
ITEM_SIDES = [(role.value, role.label) for role in (AccountRole.RECEIVABLE, AccountRole.PAYABLE)]
ITEM_KINDS = (("invoice", _("Invoice")), ("credit_note", _("Credit note")), ("payment", _("Payment")))


class EntryFilter(django_filters.FilterSet):
    journal = django_filters.ChoiceFilter(label=_("Journal"), choices=JournalEntry.Journal.choices)
    date = dates(_("Date"), "date")
    document = django_filters.CharFilter(label=_("Document"), field_name="document_number")

    class Meta:
        model = JournalEntry
        fields: list[str] = []


class LineFilter(django_filters.FilterSet):
    account = django_filters.CharFilter(label=_("Account"), field_name="account__code")
    date = dates(_("Date"), "date")
    party = django_filters.CharFilter(label=_("Party code"), field_name="party__code")

    class Meta:
        model = JournalLine
        fields: list[str] = []


class AccountFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=LedgerAccount.Kind.choices)
    is_control = django_filters.BooleanFilter(label=_("Control account"))

    class Meta:
        model = LedgerAccount
        fields: list[str] = []


class ItemFilter(django_filters.FilterSet):
    """Without a choice it shows what is open."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=ITEM_STATES, method="filter_state")
    side = django_filters.ChoiceFilter(label=_("Side"), choices=ITEM_SIDES)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ITEM_KINDS)
    party = django_filters.CharFilter(label=_("Party code"), field_name="party__code")
    due = dates(_("Due"), "due_date")

    class Meta:
        model = OpenItem
        fields: list[str] = []

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        asked = data.copy() if data is not None else QueryDict(mutable=True)
        if not asked.get("state"):
            asked["state"] = "open"
        super().__init__(asked, *args, **kwargs)

    def filter_state(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        match value:
            case "open":
                return rows.filter(is_open=True)
            case "overdue":
                return rows.filter(is_open=True, owed__gt=0, due_date__lt=company_today())
            case "settled":
                return rows.filter(is_open=False)
            case _:
                return rows


class PeriodFilter(django_filters.FilterSet):
    begun = django_filters.ChoiceFilter(
        label=_("Periods"),
        choices=(("begun", _("Up to today")), (EVERYTHING, _("All"))),
        empty_label=None,
        method="filter_begun",
    )
    ledger_locked = django_filters.BooleanFilter(label=_("Books locked"))
    stock_locked = django_filters.BooleanFilter(label=_("Stock locked"))

    class Meta:
        model = Period
        fields: list[str] = []

    def filter_begun(self, rows: QuerySet[Period], _name: str, value: str) -> QuerySet[Period]:
        return rows.filter(first_date__lte=company_today()) if value == "begun" else rows
