"""How the lists of buying can be narrowed."""

from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from erp.identity.queries import company_today
from erp.purchasing.models import Agreement, PurchaseOrder, PurchaseOrderLine, PurchaseReturn, Requisition
from erp.purchasing.states import OPEN, RequisitionState
from erp.purchasing.states import PurchaseOrderState as S
from erp.screens.filters import dates

TODO = (
    ("issue", _("To issue")),
    ("receive", _("To receive")),
    ("late", _("Late")),
    ("answer", _("Counter-proposals")),
    ("bill", _("Received, not billed")),
)


class RequisitionFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=RequisitionState.choices)
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    date = dates(_("Date"), "date")

    class Meta:
        model = Requisition
        fields: list[str] = []


class PurchaseOrderFilter(django_filters.FilterSet):
    todo = django_filters.ChoiceFilter(label=_("To do"), choices=TODO, method="filter_todo")
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=S.choices)
    supplier = django_filters.CharFilter(label=_("Supplier code"), field_name="supplier__code")
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    date = dates(_("Date"), "date")

    class Meta:
        model = PurchaseOrder
        fields: list[str] = []

    def filter_todo(self, rows: QuerySet[PurchaseOrder], _name: str, value: str) -> QuerySet[PurchaseOrder]:
        match value:
            case "issue":
                return rows.filter(state__in=(S.DRAFT, S.AWAITING_APPROVAL))
            case "receive":
                return rows.filter(state__in=OPEN)
            case "late":
                late = open_lines().filter(expected__lt=company_today())
                return rows.filter(state__in=OPEN, pk__in=late.values("order_id"))
            case "answer":
                waiting: Any = PurchaseOrder.objects.filter(answers__kind="counter", answers__outcomes__isnull=True)
                return rows.filter(state__in=OPEN, pk__in=waiting.values("pk"))
            case "bill":
                return rows.filter(pk__in=received_not_billed().values("order_id"))
            case _:
                return rows


def received_not_billed() -> QuerySet[PurchaseOrderLine]:
    """Lines of which more was kept than is billed."""
    return PurchaseOrderLine.objects.filter(received__gt=F("returned") + F("billed"))


def open_lines() -> QuerySet[PurchaseOrderLine]:
    """Lines of which something is expected, with the day it is `expected`."""
    rows = PurchaseOrderLine.objects.filter(closed_short=False, quantity__gt=F("received"))
    return rows.annotate(expected=Coalesce("last_promised_date", "requested_date"))


class AgreementFilter(django_filters.FilterSet):
    supplier = django_filters.CharFilter(label=_("Supplier code"), field_name="supplier__code")
    product = django_filters.CharFilter(label=_("SKU"), field_name="lines__product__sku", distinct=True)
    blocked = django_filters.BooleanFilter(label=_("Blocked"))

    class Meta:
        model = Agreement
        fields: list[str] = []


class PurchaseReturnFilter(django_filters.FilterSet):
    supplier = django_filters.CharFilter(label=_("Supplier code"), field_name="supplier__code")
    order = django_filters.CharFilter(label=_("Purchase order"), field_name="order__number")
    date = dates(_("Date"), "date")

    class Meta:
        model = PurchaseReturn
        fields: list[str] = []
