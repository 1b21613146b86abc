"""How the lists of planning can be narrowed."""

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.screens.filters import dates
from scm.planning.models import ItemPolicy, PlanRun, Proposal


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
