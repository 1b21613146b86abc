"""Products over the API."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.catalog.drafts import LARGEST_RATIO, CategoryDraft, ProductDraft, ProductUnitDraft
from erp.catalog.models import Category, Product, ProductUnit
from erp.catalog.operations.save_categories import save_categories
from erp.catalog.operations.save_products import save_products
from erp.catalog.permissions import EDIT_PRODUCTS, VIEW_PRODUCTS
from erp.identity.rest.fields import PlainText, Ref, price
from erp.identity.rest.filters import FlagFilter, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly


class ProductUnitAnswer(ReadSerializer):
    class Meta:
        model = ProductUnit
        fields = names("code numerator denominator barcode")


class ProductAnswer(ReadSerializer):
    unit = Ref()
    category = Ref()
    units = ProductUnitAnswer(many=True, read_only=True)
    joins: ClassVar = {"unit": ("unit",), "category": ("category",)}
    prefetches: ClassVar = {"units": (Prefetch("units", ProductUnit.objects.order_by("id")),)}

    class Meta:
        model = Product
        fields = names(
            "id sku name barcode kind supply unit units category tax_code list_price price_floor active "
            "external_source external_ref created_at"
        )


class ProductUnitInput(InputSerializer):
    code = PlainText(max_length=12)
    numerator = serializers.IntegerField(min_value=1, max_value=LARGEST_RATIO, help_text="so many of the product's unit")
    denominator = serializers.IntegerField(
        min_value=1, max_value=LARGEST_RATIO, required=False, help_text="are so many of this unit; 1, if left out"
    )
    barcode = PlainText(max_length=60, required=False, allow_blank=True)


class ProductInput(InputSerializer):
    sku = PlainText(max_length=60)
    name = PlainText(max_length=200)
    barcode = PlainText(max_length=60, required=False, allow_blank=True)
    kind = serializers.ChoiceField(Product.Kind.choices, required=False)
    supply = serializers.ChoiceField(Product.Supply.choices, required=False)
    unit = Reference("reference.Unit", what=_("unit"), gives="code")
    category = Reference("catalog.Category", what=_("category"), gives="code", required=False, allow_null=True)
    tax_code = PlainText(max_length=20)
    list_price = price(min_value=0)
    price_floor = price(min_value=0, required=False, allow_null=True)
    active = serializers.BooleanField(required=False)
    units = ProductUnitInput(
        many=True, required=False, max_length=100, help_text="Boxes, pallets. The list given replaces the one that is there."
    )
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class ProductFilters(FilterSet):
    sku = TextFilter()
    barcode = TextFilter()
    kind = django_filters.ChoiceFilter(choices=Product.Kind.choices)
    active = FlagFilter()
    category = RefFilter("category")
    name = django_filters.CharFilter(lookup_expr="istartswith", help_text="names that begin with this text")
    external_source = TextFilter()
    external_ref = TextFilter()


class ProductView(ReadOnly):
    queryset: QuerySet[Any] = Product.objects.all()
    code_field = "sku"
    versioned = True
    serializer_class = ProductAnswer
    filterset_class = ProductFilters
    permissions: ClassVar = {
        "list": VIEW_PRODUCTS,
        "retrieve": VIEW_PRODUCTS,
        "create": EDIT_PRODUCTS,
        "partial_update": EDIT_PRODUCTS,
    }
    inputs: ClassVar = {"create": ProductInput, "partial_update": ProductInput}
    operations: ClassVar = {"create": "save_products", "partial_update": "save_products"}

    def create(self, request: Request) -> HttpResponse:
        """Create a product."""
        return self.perform(lambda call: save_products(products=[_new(call.data)], **call.by)[0])

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a product: fields left out stay as they are."""
        return self.perform(lambda call: save_products(products=[_changed(call)], **call.by)[0])


def _new(data: Mapping[str, Any]) -> ProductDraft:
    rest = {name: value for name, value in data.items() if name not in {"unit", "units", "category"}}
    units = [ProductUnitDraft(**unit) for unit in data["units"]] if "units" in data else None
    return ProductDraft(units=units, unit_code=data["unit"], category_code=data.get("category") or "", **rest)


def _changed(call: Call) -> ProductDraft:
    product = call.target
    apart = {"unit", "units", "category"}
    now: dict[str, Any] = {name: getattr(product, name) for name in ProductInput().fields if name not in apart}
    now |= {"unit": product.unit.code, "category": product.category.code if product.category else None}
    return replace(_new({**now, **call.data}), id=product.pk)


class CategoryAnswer(ReadSerializer):
    class Meta:
        model = Category
        fields = names("id code name")


class CategoryInput(InputSerializer):
    code = PlainText(max_length=40)
    name = PlainText(max_length=120)


class CategoryView(ReadOnly):
    queryset: QuerySet[Any] = Category.objects.all()
    code_field = "code"
    versioned = True
    serializer_class = CategoryAnswer
    permissions: ClassVar = {
        "list": VIEW_PRODUCTS,
        "retrieve": VIEW_PRODUCTS,
        "create": EDIT_PRODUCTS,
        "partial_update": EDIT_PRODUCTS,
    }
    inputs: ClassVar = {"create": CategoryInput, "partial_update": CategoryInput}
    operations: ClassVar = {"create": "save_categories", "partial_update": "save_categories"}

    def create(self, request: Request) -> HttpResponse:
        """Create a category of products."""
        return self.perform(lambda call: save_categories(categories=[CategoryDraft(**call.data)], **call.by)[0])

    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change a category."""

        def run(call: Call) -> int:
            draft = CategoryDraft(**{"id": call.target.pk, "code": call.target.code, "name": call.target.name, **call.data})
            return save_categories(categories=[draft], **call.by)[0]

        return self.perform(run)


ROUTES = {"erp/products": ProductView, "erp/product-categories": CategoryView}
