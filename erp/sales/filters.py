"""How the lists of sales can be narrowed. The words of `todo` are what dashboards and home link to."""

import django_filters
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from erp.identity.queries import company_today
from erp.sales.models import Delivery, SalesOrder, SalesReturn
from erp.sales.states import SalesOrderState as S
from erp.screens.filters import dates

OPEN = (S.PLACED, S.CONFIRMED, S.PARTLY_DELIVERED, S.DELIVERED)
TO_DELIVER = (S.CONFIRMED, S.PARTLY_DELIVERED)
TODO = (
    ("open", _("Open")),
    ("confirm", _("To confirm")),
    ("deliver", _("To deliver")),
    ("short", _("Waiting for stock")),
    ("late", _("Late")),
)


class OrderFilter(django_filters.FilterSet):
    todo = django_filters.ChoiceFilter(label=_("To do"), choices=TODO, method="filter_todo")
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=S.choices)
    customer = django_filters.CharFilter(label=_("Customer code"), field_name="customer__code")
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    date = dates(_("Date"), "date")
    promised = dates(_("Promised"), "promised_date")

    class Meta:
        model = SalesOrder
        fields: list[str] = []

    def filter_todo(self, rows: QuerySet[SalesOrder], _name: str, value: str) -> QuerySet[SalesOrder]:
        match value:
            case "open":
                return rows.filter(state__in=OPEN)
            case "confirm":
                return rows.filter(state=S.PLACED)
            case "deliver":
                return rows.filter(state__in=TO_DELIVER)
            case "late":
                return rows.filter(state__in=TO_DELIVER, promised_date__lt=company_today())
            case "short":
                missing = Q(lines__stocked=True, lines__quantity__gt=F("lines__delivered") + F("lines__reserved"))
                return rows.filter(pk__in=SalesOrder.objects.filter(missing, state__in=TO_DELIVER).values("pk"))
            case _:
                return rows


class DeliveryFilter(django_filters.FilterSet):
    todo = django_filters.ChoiceFilter(label=_("To do"), choices=(("invoice", _("To invoice")),), method="filter_todo")
    customer = django_filters.CharFilter(label=_("Customer code"), field_name="customer__code")
    order = django_filters.CharFilter(label=_("Sales order"), field_name="order__number")
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    date = dates(_("Date"), "date")

    class Meta:
        model = Delivery
        fields: list[str] = []

    def filter_todo(self, rows: QuerySet[Delivery], _name: str, value: str) -> QuerySet[Delivery]:
        return rows.filter(invoice__isnull=True) if value == "invoice" else rows


class ReturnFilter(django_filters.FilterSet):
    todo = django_filters.ChoiceFilter(label=_("To do"), choices=(("credit", _("To credit")),), method="filter_todo")
    reason = django_filters.MultipleChoiceFilter(label=_("Reason"), choices=SalesReturn.Reason.choices)
    customer = django_filters.CharFilter(label=_("Customer code"), field_name="customer__code")
    order = django_filters.CharFilter(label=_("Sales order"), field_name="delivery__order__number")
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")
    date = dates(_("Date"), "date")

    class Meta:
        model = SalesReturn
        fields: list[str] = []

    def filter_todo(self, rows: QuerySet[SalesReturn], _name: str, value: str) -> QuerySet[SalesReturn]:
        return rows.filter(credit_note__isnull=True) if value == "credit" else rows
