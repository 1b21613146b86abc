"""How the lists of making can be narrowed."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from erp.identity.queries import company_today
from erp.manufacturing.models import BillOfMaterials, ManufacturingOrder, WorkingCalendar
from erp.manufacturing.states import OPEN
from erp.manufacturing.states import ManufacturingOrderState as S
from erp.screens.filters import dates

TODO = (("open", _("Open")), ("release", _("Waiting for components")), ("complete", _("To complete")), ("late", _("Late")))


class ManufacturingOrderFilter(django_filters.FilterSet):
    todo = django_filters.ChoiceFilter(label=_("To do"), choices=TODO, method="filter_todo")
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=S.choices)
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")
    component = django_filters.CharFilter(label=_("Component"), field_name="components__product__sku", distinct=True)
    due = dates(_("Due"), "due_date")

    class Meta:
        model = ManufacturingOrder
        fields: list[str] = []

    def filter_todo(self, rows: QuerySet[ManufacturingOrder], _name: str, value: str) -> QuerySet[ManufacturingOrder]:
        match value:
            case "open":
                return rows.filter(state__in=OPEN)
            case "release":
                return rows.filter(state=S.PLANNED)
            case "complete":
                return rows.filter(state__in=(S.RELEASED, S.IN_PROGRESS))
            case "late":
                return rows.filter(state__in=OPEN, due_date__lt=company_today())
            case _:
                return rows


class BomFilter(django_filters.FilterSet):
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")
    component = django_filters.CharFilter(label=_("Component"), field_name="lines__component__sku", distinct=True)
    active = django_filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = BillOfMaterials
        fields: list[str] = []


class CalendarFilter(django_filters.FilterSet):
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")

    class Meta:
        model = WorkingCalendar
        fields: list[str] = []
