"""Screens of products."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from erp.catalog.forms import ProductForms
from erp.catalog.models import Product
from erp.catalog.operations.save_products import save_products
from erp.catalog.permissions import EDIT_PRODUCTS, VIEW_PRODUCTS
from erp.catalog.ports import stock_answer
from erp.catalog.queries import get_product
from erp.catalog.tables import ACTIVE, PRODUCTS
from erp.core.clock import now
from erp.core.errors import BusinessRuleViolation, NotFound, Refusals
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.reference.unit_names import unit_name, unit_word
from erp.screens import formats
from erp.screens.conflicts import noting_conflicts
from erp.screens.documents import Counter, DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires
from erp.screens.views.verbs import each_refusal


@requires(VIEW_PRODUCTS)
@require_safe
def product(request: CompanyRequest, pk: int) -> HttpResponse:
    """One product."""
    row = _find(request, pk)
    return render(request, "screens/document.html", {"document": _page(request, row)})


@requires(EDIT_PRODUCTS)
def new_product(request: CompanyRequest) -> HttpResponse:
    """Create a product."""
    return _edit(request, None)


@requires(EDIT_PRODUCTS)
def edit_product(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change a product."""
    return _edit(request, pk)


def _edit(request: CompanyRequest, pk: int | None) -> HttpResponse:
    assert request.actor is not None
    with company_scope(request.actor, read_only=True):
        row = _find(request, pk) if pk else None
        forms = ProductForms(request.POST or None, product=row)
        form, valid = forms.form, forms.is_valid()
    if request.method == "POST" and valid:
        gone_well, ids = submit_form(
            request, form, noting_conflicts(form, lambda: _save(request, forms)), done=_("Product saved.")
        )
        if gone_well:
            return redirect("catalog:product", pk or ids[0]) if pk or ids else redirect("catalog:products")
    heading = _("Edit %(sku)s") % {"sku": row.sku} if row else _("New product")
    back = reverse("catalog:product", args=[pk]) if pk else reverse("catalog:products")
    with company_scope(request.actor, read_only=True):
        context = {"form": form, "forms": forms, "heading": heading, "submit": _("Save product"), "back_url": back}
        return render(request, "erp/catalog/product_form.html", context)


def _save(request: CompanyRequest, forms: ProductForms) -> list[int]:
    """The operation; refusals about a unit also stand beside its field."""
    assert request.actor is not None
    rows = forms.kept_units
    try:
        return save_products(products=[forms.draft()], actor=request.actor, at=now())
    except (BusinessRuleViolation, Refusals) as refusal:
        for one in each_refusal(refusal):
            name, _dot, rest = one.field.partition(".")
            position, _dot, field = rest.partition(".")
            if name == "units" and field:
                rows[int(position)].add_error(field, one.sentence)
        raise


def _find(request: CompanyRequest, pk: int) -> Product:
    assert request.actor is not None
    try:
        return get_product(product_id=pk, actor=request.actor)
    except NotFound as missing:
        raise Http404(missing.sentence) from missing


def _page(request: HttpRequest, row: Product) -> DocumentPage:
    currency = request.company.currency_code  # type: ignore[attr-defined]
    state = ACTIVE[row.active]
    return DocumentPage(
        number=row.sku,
        title="",
        type_label=row.name,
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,  # type: ignore[attr-defined]
        trail=find_trail(request, PRODUCTS, reverse("catalog:products"), row.pk),
        key_amount=Fact(label=_("List price"), value=row.list_price, kind="money", unit=currency),
        verbs=[
            Verb(
                name="edit",
                label=_("Edit product"),
                url=reverse("catalog:edit_product", args=[row.pk]),
                permission=EDIT_PRODUCTS,
                method="get",
                icon="pencil",
            )
        ],
        facts=[
            Fact(label=_("Kind"), value=row.get_kind_display()),
            Fact(label=_("Supply"), value=row.get_supply_display()),
            Fact(label=_("Unit"), value=f"{unit_name(row.unit.name)} ({row.unit.code})"),
            Fact(label=_("Category"), value=row.category.name if row.category else ""),
            Fact(label=_("Barcode"), value=row.barcode, kind="code"),
            Fact(label=_("Tax code"), value=row.tax_code),
            Fact(label=_("Price floor"), value=row.price_floor, kind="money", unit=currency),
            Fact(label=_("Known as"), value=f"{row.external_source} {row.external_ref}".strip()),
        ],
        more_lines=_units(row),
        **_stock(request, row),
    )


def _units(row: Product) -> list[Lines]:
    """What else the product is counted in, if anything."""
    units = list(row.units.order_by("id"))
    columns = (
        Column(name="code", label=_("Unit"), kind="code"),
        Column(
            name="ratio",
            label=_("Holds"),
            text=lambda unit: (
                f"{formats.number(unit.denominator)} {unit_word(unit.code)}"
                f" = {formats.number(unit.numerator)} {unit_word(row.unit.code)}"
            ),
        ),
        Column(name="barcode", label=_("Barcode"), kind="code"),
    )
    return [Lines(title=_("Units"), columns=columns, rows=units)] if units else []


def _stock(request: HttpRequest, row: Product) -> dict[str, Any]:
    """Stock by warehouse and the way to the moves, for those who may see stock."""
    answer, actor = stock_answer(), request.actor  # type: ignore[attr-defined]
    if answer is None or row.kind != Product.Kind.STOCKED or not actor.can(answer.permission):
        return {}
    columns = (
        Column(name="warehouse", label=_("Warehouse")),
        Column(name="on_hand", label=_("On hand"), kind="quantity"),
        Column(name="reserved", label=_("Reserved"), kind="quantity"),
        Column(name="available", label=_("Available"), kind="quantity"),
        Column(name="value", label=_("Value"), kind="money", permission=answer.value_permission),
    )
    levels = answer.levels(row.pk)
    return {
        "lines": Lines(columns=columns, rows=levels, key="warehouse", title=_("Stock")),
        "counters": [Counter(_("Warehouses with stock"), len(levels), answer.moves_url(row.sku), "packages")],
    }
