"""The books over the API."""

import datetime
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, Ref, amount
from erp.identity.rest.filters import DayRange, FlagFilter, RefFilter, TextFilter
from erp.identity.rest.reports import ReportOverDays, ReportView
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly, verb
from erp.ledger.models import JournalEntry, JournalLine, LedgerAccount, Period
from erp.ledger.operations.lock_periods import lock_periods
from erp.ledger.operations.reverse_entries import reverse_entries
from erp.ledger.permissions import LOCK_PERIODS, POST_ENTRIES, VIEW_LEDGER
from erp.ledger.queries import trial_balance, whole_periods

READ: dict[str, str] = {"list": VIEW_LEDGER, "retrieve": VIEW_LEDGER}


class JournalLineAnswer(ReadSerializer):
    account = Ref(name="name")
    party = Ref(name="name")

    class Meta:
        model = JournalLine
        fields = names("sequence account party debit credit currency_code currency_amount")


class JournalEntryAnswer(ReadSerializer):
    period = Ref()
    reverses = Ref(code="number")
    lines = JournalLineAnswer(many=True, read_only=True)
    joins: ClassVar = {"period": ("period",), "reverses": ("reverses",)}
    prefetches: ClassVar = {"lines": ("lines__account", "lines__party")}

    class Meta:
        model = JournalEntry
        fields = names("id number journal date period kind document_id document_number memo reverses lines posted_at")


class JournalEntryFilters(FilterSet):
    number = TextFilter()
    journal = django_filters.ChoiceFilter(choices=JournalEntry.Journal.choices)
    kind = TextFilter(help_text="the kind of the document booked, such as invoice")
    document = TextFilter(field_name="document_number")
    account = RefFilter("lines__account", distinct=True)
    party = RefFilter("lines__party", distinct=True)
    period = RefFilter("period")
    date_from, date_to = DayRange()


class ReversalInput(InputSerializer):
    date = Day(required=False, help_text="today, if left out; in an open period")


class JournalEntryView(ReadOnly):
    queryset: QuerySet[Any] = JournalEntry.objects.all()
    serializer_class = JournalEntryAnswer
    filterset_class = JournalEntryFilters
    permissions: ClassVar = {**READ, "reverse": POST_ENTRIES}
    inputs: ClassVar = {"reverse": ReversalInput}
    statuses: ClassVar = {"reverse": 201}
    operations: ClassVar = {"reverse": "reverse_entries"}

    @verb("reverse")
    def reverse(self, request: Request, pk: str) -> HttpResponse:
        """Reverse an entry with its sides swapped; answers with the reversal."""

        def run(call: Call) -> int:
            return reverse_entries(entry_ids=[call.target.pk], date=call.data.get("date", call.today), **call.by)[0].id

        return self.perform(run)


class LedgerAccountAnswer(ReadSerializer):
    class Meta:
        model = LedgerAccount
        fields = names("id code name kind is_control active")


class LedgerAccountFilters(FilterSet):
    code = TextFilter()
    kind = django_filters.ChoiceFilter(choices=LedgerAccount.Kind.choices)
    active = FlagFilter()


class LedgerAccountView(ReadOnly):
    queryset: QuerySet[Any] = LedgerAccount.objects.all()
    code_field = "code"
    serializer_class = LedgerAccountAnswer
    filterset_class = LedgerAccountFilters
    permissions: ClassVar = READ


class PeriodAnswer(ReadSerializer):
    class Meta:
        model = Period
        fields = names("id code first_date last_date ledger_locked stock_locked")


class LockInput(InputSerializer):
    ledger = serializers.BooleanField(default=True, help_text="refuse any entry dated in the period")
    stock = serializers.BooleanField(default=True, help_text="refuse any movement of stock dated in the period")


class PeriodView(ReadOnly):
    queryset: QuerySet[Any] = Period.objects.all()
    code_field = "code"
    serializer_class = PeriodAnswer
    permissions: ClassVar = {**READ, "lock": LOCK_PERIODS, "unlock": LOCK_PERIODS}
    inputs: ClassVar = {"lock": LockInput}
    operations: ClassVar = {"lock": "lock_periods", "unlock": "lock_periods"}

    @verb("lock")
    def lock(self, request: Request, pk: str) -> HttpResponse:
        """Set both locks of a period."""
        return self.perform(lambda call: _set_locks(call, call.data["ledger"], call.data["stock"]))

    @verb("unlock")
    def unlock(self, request: Request, pk: str) -> HttpResponse:
        """Open a period again."""
        return self.perform(lambda call: _set_locks(call, False, False))


def _set_locks(call: Call, ledger: bool, stock: bool) -> int:
    lock_periods(period_ids=[call.target.pk], ledger=ledger, stock=stock, **call.by)
    return int(call.target.pk)


class TrialBalanceQuery(InputSerializer):
    date_from = Day(required=False, help_text="a day of the first period; by default the first of the year of `date_to`")
    date_to = Day(required=False, help_text="a day of the last period; by default today")


class TrialBalanceAnswer(serializers.Serializer[Any]):
    account = serializers.SerializerMethodField()
    kind = serializers.CharField(read_only=True)
    opening = amount(read_only=True)
    debit = amount(read_only=True)
    credit = amount(read_only=True)
    closing = amount(read_only=True)

    def get_account(self, row: Any) -> dict[str, Any]:
        return {"id": row.account_id, "code": row.code, "name": row.name}


class TrialBalanceView(ReportView):
    """Each used account over whole periods: opening, turnover, closing (debit positive), in company currency. The periods
    are those that the asked days lie in; `first_date` and `last_date` answer their days."""

    serializer_class = TrialBalanceAnswer
    query_class = TrialBalanceQuery
    pagination_class = ReportOverDays
    permissions: ClassVar = {"list": VIEW_LEDGER}

    def rows(self, asked: dict[str, Any], today: datetime.date) -> list[Any]:
        first, last = _days(asked, today)
        return [row for row in trial_balance(first_date=first, last_date=last) if row.is_used]

    def envelope(self, asked: dict[str, Any], today: datetime.date) -> dict[str, Any]:
        first, last = _days(asked, today)
        return dict(zip(("first_date", "last_date"), whole_periods(first_date=first, last_date=last), strict=True))


def _days(asked: dict[str, Any], today: datetime.date) -> tuple[datetime.date, datetime.date]:
    last = asked.get("date_to", today)
    first = asked.get("date_from", last.replace(month=1, day=1))
    if last < first:
        raise serializers.ValidationError(
            {"date_from": [_("This day is after the last one, %(day)s. Exchange them.") % {"day": last}]}
        )
    return first, last


ROUTES = {
    "erp/journal-entries": JournalEntryView,
    "erp/ledger-accounts": LedgerAccountView,
    "erp/periods": PeriodView,
    "erp/trial-balance": TrialBalanceView,
}
