"""How vendor bills can be narrowed."""

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.payables.models import VendorBill
from erp.payables.states import VendorBillState
from erp.screens.filters import dates


class VendorBillFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=VendorBillState.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=VendorBill.Kind.choices)
    supplier = django_filters.CharFilter(label=_("Supplier code"), field_name="supplier__code")
    date = dates(_("Date"), "date")
    due = dates(_("Due"), "due_date")

    class Meta:
        model = VendorBill
        fields: list[str] = []
