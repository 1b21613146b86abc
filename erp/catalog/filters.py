"""How the list of products can be narrowed."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from erp.catalog.models import Category, Product


def _categories(_request: Any) -> Any:
    return Category.objects.order_by("name")


class ProductFilter(django_filters.FilterSet):
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=_categories)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Product.Kind.choices)
    supply = django_filters.ChoiceFilter(label=_("Supply"), choices=Product.Supply.choices)
    active = django_filters.BooleanFilter(label=_("Active"))
    list_price = django_filters.NumericRangeFilter(label=_("List price"))

    class Meta:
        model = Product
        fields: tuple[str, ...] = ()
