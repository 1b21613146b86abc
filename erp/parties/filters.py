"""How the list of parties can be narrowed."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.parties.models import Party
from erp.reference.models import PaymentTerm


def _terms(_request: Any) -> Any:
    return PaymentTerm.objects.order_by("days")


class PartyFilter(django_filters.FilterSet):
    is_customer = django_filters.BooleanFilter(label=_("Customer"))
    is_supplier = django_filters.BooleanFilter(label=_("Supplier"))
    payment_term = django_filters.ModelChoiceFilter(label=_("Payment term"), queryset=_terms)
    active = django_filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = Party
        fields: tuple[str, ...] = ()
