"""How payments can be narrowed."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.screens.filters import dates
from erp.treasury.models import BankAccount, Payment


def _accounts(_request: Any) -> Any:
    return BankAccount.objects.order_by("code")


class PaymentFilter(django_filters.FilterSet):
    direction = django_filters.ChoiceFilter(label=_("Direction"), choices=Payment.Direction.choices)
    party = django_filters.CharFilter(label=_("Party code"), field_name="party__code")
    bank_account = django_filters.ModelChoiceFilter(label=_("Bank account"), queryset=_accounts)
    date = dates(_("Date"), "date")

    class Meta:
        model = Payment
        fields: list[str] = []
