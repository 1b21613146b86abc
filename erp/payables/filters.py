"""How vendor bills can be narrowed."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from erp.identity.queries import company_today
from erp.payables.models import MatchTolerance, VendorBill
from erp.payables.states import VendorBillState
from erp.screens.filters import dates

UNPAID = (("due", _("Due today or before")), ("any", _("Anything")))


class VendorBillFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=VendorBillState.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=VendorBill.Kind.choices)
    supplier = django_filters.CharFilter(label=_("Supplier code"), field_name="supplier__code")
    unpaid = django_filters.ChoiceFilter(label=_("To pay"), choices=UNPAID, method="filter_unpaid")
    date = dates(_("Date"), "date")
    due = dates(_("Due"), "due_date")

    class Meta:
        model = VendorBill
        fields: list[str] = []

    def filter_unpaid(self, rows: QuerySet[VendorBill], _name: str, value: str) -> QuerySet[VendorBill]:
        rows = rows.filter(unpaid__gt=0)
        return rows.filter(due_date__lte=company_today()) if value == "due" else rows


class ToleranceFilter(django_filters.FilterSet):
    supplier = django_filters.CharFilter(label=_("Supplier code"), field_name="supplier__code")

    class Meta:
        model = MatchTolerance
        fields: list[str] = []
