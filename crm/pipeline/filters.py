"""How the lists of the pipeline can be narrowed."""

import django_filters
from django.utils.translation import gettext_lazy as _

from crm.pipeline.models import Opportunity, Quotation
from crm.pipeline.states import OpportunityStage, QuotationState


class QuotationFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("State"), choices=QuotationState.choices)
    customer = django_filters.CharFilter(label=_("Customer code"), field_name="customer__code")
    date = django_filters.DateFromToRangeFilter(label=_("Date"))
    total = django_filters.NumericRangeFilter(label=_("Total"))

    class Meta:
        model = Quotation
        fields: tuple[str, ...] = ()


class OpportunityFilter(django_filters.FilterSet):
    stage = django_filters.MultipleChoiceFilter(label=_("Stage"), choices=OpportunityStage.choices)
    customer = django_filters.CharFilter(label=_("Customer code"), field_name="customer__code")
    expected_date = django_filters.DateFromToRangeFilter(label=_("Expected by"))

    class Meta:
        model = Opportunity
        fields: tuple[str, ...] = ()
