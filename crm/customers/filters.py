"""How the list of customers can be narrowed."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.parties.models import Party
from erp.reference.models import PaymentTerm


def _terms(_request: Any) -> Any:
    return PaymentTerm.objects.order_by("days")


class CustomerFilter(django_filters.FilterSet):
    payment_term = django_filters.ModelChoiceFilter(label=_("Payment term"), queryset=_terms)
    currency = django_filters.CharFilter(label=_("Currency"), field_name="currency_id")
    active = django_filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = Party
        fields: tuple[str, ...] = ()
