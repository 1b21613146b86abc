"""How the lists of planning can be narrowed."""

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.screens.filters import dates
from scm.planning.messages import LATE, SHORTAGE, SURPLUS
from scm.planning.models import ItemPolicy, PlanMessage, PlanRun, Proposal

GROUPS = {"shortage": SHORTAGE, "late": LATE, "surplus": SURPLUS}
ABOUT = (("shortage", _("Shortage")), ("late", _("Late")), ("surplus", _("Excess")))


class ProposalFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=[*Proposal.State.choices, ("all", _("All"))], method="filter_state"
    )
    kind = django_filters.ChoiceFilter(label=_("How"), choices=Proposal.Kind.choices)
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")
    supplier = django_filters.CharFilter(label=_("Supplier code"), field_name="supplier__code")
    need = dates(_("Needed by"), "need_date")

    class Meta:
        model = Proposal
        fields: list[str] = []

    def filter_state(self, rows, _name: str, value: str):  # type: ignore[no-untyped-def]
        return rows if value == "all" else rows.filter(state=value)


class PlanRunFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PlanRun.Kind.choices)
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")

    class Meta:
        model = PlanRun
        fields: list[str] = []


class ItemPolicyFilter(django_filters.FilterSet):
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="warehouse__code")

    class Meta:
        model = ItemPolicy
        fields: list[str] = []


class PlanMessageFilter(django_filters.FilterSet):
    about = django_filters.ChoiceFilter(label=_("About"), choices=ABOUT, method="filter_about")
    product = django_filters.CharFilter(label=_("SKU"), field_name="product__sku")
    warehouse = django_filters.CharFilter(label=_("Warehouse code"), field_name="run__warehouse__code")

    class Meta:
        model = PlanMessage
        fields: list[str] = []

    def filter_about(self, rows, _name: str, value: str):  # type: ignore[no-untyped-def]
        return rows.filter(code__in=GROUPS[value])
