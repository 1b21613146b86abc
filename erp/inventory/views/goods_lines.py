"""What entering receipts, adjustments and purchase orders shares: the page, what is suggested and known of products, typed
lines, posting."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.catalog.measures import ProductUnits, all_units
from erp.catalog.models import Product
from erp.catalog.queries import NamedProduct, find_by_codes, suggest_products
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.inventory.permissions import VIEW_VALUE
from erp.inventory.queries import average_costs, list_levels
from erp.reference.rules import Ratio
from erp.screens.editor import LinesEditor, Send, suggestion, unit_facts
from erp.screens.numbers import NotANumber, read_number
from erp.screens.submissions import AlreadyDone, run_once
from erp.screens.views.verbs import each_refusal

MOST_SUGGESTIONS = 8
LARGEST = 10**12
FIELDS = {"unit_cost": "price", "unit_price": "price"}
Errors = list[dict[str, str]]
Draft = TypeVar("Draft")


@dataclass(frozen=True)
class TypedLine:
    """A line as it can be used, the `index`-th: so many of a unit, each worth `price` or, left empty, nobody said what."""

    index: int
    product: Product
    unit: str
    ratio: Ratio
    quantity: Decimal
    price: Decimal | None

    def cost_of_unit(self, costs: Mapping[int, Decimal]) -> Decimal | None:
        """The average cost of one of the unit, where it is known."""
        return in_unit(costs[self.product.pk], self.ratio) if self.product.pk in costs else None


@dataclass(frozen=True)
class Stock:
    """So much lies there, in the product's own unit."""

    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


def in_unit(cost: Decimal, ratio: Ratio) -> Decimal:
    """The cost of one of a unit, from that of one of the product's own."""
    return cost * ratio.numerator / ratio.denominator


def suggestions(request: HttpRequest) -> JsonResponse:
    found = suggest_products(request.GET.get("q", "")[:60], limit=MOST_SUGGESTIONS, kinds=[Product.Kind.STOCKED])
    stock = _stock([named.product.pk for named in found], request.GET.get("warehouse"))
    shown = [
        suggestion(p.product.sku, p.product.name, unit=p.other_unit, available=str(stock[p.product.pk].available)) for p in found
    ]
    return JsonResponse({"products": shown})


def known_products(request: CompanyRequest, *, priced: bool) -> JsonResponse:
    """What is known of the typed products, for the editor."""
    return JsonResponse({"products": facts_of_products(request, priced=priced)})


def facts_of_products(request: CompanyRequest, *, priced: bool) -> dict[str, dict[str, Any]]:
    """What is known of the typed products by what was typed, and their stock in the warehouse of the head.

    With `priced` their average cost too, for those who may see it.
    """
    assert request.actor is not None
    typed = read_body(request)
    with company_scope(request.actor, read_only=True):
        found = find_by_codes(str(code) for code in typed.get("products", []))
        ids = [named.product.pk for named in found.values()]
        units = all_units(ids)
        stock = _stock(ids, header.get("warehouse") if isinstance(header := typed.get("header"), dict) else None)
        costs = average_costs(ids) if priced and request.actor.can(VIEW_VALUE) else {}
    answer = {}
    for code, named in found.items():
        product, lies = named.product, stock[named.product.pk]
        usual = {
            unit: f"{in_unit(costs[product.pk], ratio):.4f}" if product.pk in costs else ""
            for unit, ratio in units[product.pk].all.items()
        }
        answer[code] = {
            "product": product.sku,
            "name": product.name,
            "unit": named.unit,
            "price": usual[named.unit],
            "base": product.unit.code,
            "units": [{**unit_facts(unit, ratio), "price": usual[unit]} for unit, ratio in units[product.pk].all.items()],
            "stocked": product.kind == "stocked",
            "on_hand": str(lies.on_hand),
            "reserved": str(lies.reserved),
            "available": str(lies.available),
            "stock_url": reverse("inventory:levels", query={"product": product.sku}),
        }
    return answer


def read_lines(typed: Mapping[str, Any], errors: Errors) -> list[TypedLine]:
    """The typed lines that name a product; what is wrong with them is added to `errors`, with the path of its field."""
    rows = [line for line in typed.get("lines", []) if str(line.get("product", "")).strip()]
    found = find_by_codes(str(line["product"]) for line in rows)
    units = all_units(named.product.pk for named in found.values())
    if not rows:
        errors.append({"field": "", "message": _("Add at least one line.")})
    lines = [_line(line, i, found.get(str(line["product"]).strip()), units, errors) for i, line in enumerate(rows)]
    return [line for line in lines if line]


def _line(
    line: Mapping[str, Any], i: int, named: NamedProduct | None, units: Mapping[int, ProductUnits], errors: Errors
) -> TypedLine | None:
    """A line as sent: in the unit chosen, else in that of the barcode."""
    wrong: list[NotANumber] = []
    quantity, price = (_number(line, name, i, wrong) for name in ("quantity", "price"))
    unit = str(line.get("unit") or "").strip() or (named.unit if named else "")
    ratio = units[named.product.pk].ratio(unit) if named else None
    if named is None:
        errors.append({"field": f"lines.{i}.product", "message": _("There is no product with this code.")})
    elif ratio is None:
        errors.append({"field": f"lines.{i}.unit", "message": _("The product is not counted in this unit.")})
    errors += [{"field": one.field, "message": one.sentence} for one in wrong]
    unread = {one.field for one in wrong}
    if not (quantity and quantity > 0) and f"lines.{i}.quantity" not in unread:
        errors.append({"field": f"lines.{i}.quantity", "message": _("Enter a number greater than zero.")})
    if price is not None and price < 0:
        errors.append({"field": f"lines.{i}.price", "message": _("Enter what one unit cost: zero or more.")})
    if named is None or ratio is None or quantity is None or wrong:
        return None
    return TypedLine(i, named.product, unit, ratio, quantity, price)


def draw_editor(request: CompanyRequest, name: str, form: forms.Form, *, template: str, verb: str, **more: Any) -> HttpResponse:
    """The page on which a document is entered; its addresses begin with `name`, such as inventory:receipt. `more` is for the
    editor."""
    assert request.company is not None
    editor = LinesEditor(
        lookup_url=reverse(f"{name}_lookup"),
        suggest_url=reverse(f"{name}_suggest"),
        submit_url=reverse(f"{name}_submit"),
        verbs=[Send("post", verb)],
        currency=request.company.currency_code,
        header_template="erp/inventory/goods_head.html",
        **more,
    )
    return render(request, template, {"editor": editor, "form": form})


def read_head(form: forms.Form) -> Errors:
    """What is wrong with the head as it was sent."""
    return [{"field": name, "message": str(text)} for name, texts in form.errors.items() for text in texts]


def post_typed(
    request: CompanyRequest,
    name: str,
    read: Callable[[dict[str, Any]], tuple[Draft | None, Errors]],
    post: Callable[[Draft, Actor], Sequence[Any]],
    *,
    done: str,
    names: Mapping[str, str] = FIELDS,
) -> JsonResponse:
    """Post once what was typed and say that it is `done`; where its page is, or all that is wrong, beside its fields. `names`
    says what the editor calls a part of an operation's field."""
    assert request.actor is not None
    actor, body = request.actor, read_body(request)
    with company_scope(actor, read_only=True):
        draft, errors = read(body)
    if draft is None:
        return JsonResponse({"errors": errors}, status=422)
    try:
        [posted] = run_once(actor, str(body.get("token", "")), lambda: post(draft, actor))
    except AlreadyDone:
        return JsonResponse({"url": reverse(f"{name}s")})
    except (BusinessRuleViolation, Refusals) as refusal:
        errors = [{"field": _typed(one.field, names), "message": one.sentence} for one in each_refusal(refusal)]
        return JsonResponse({"errors": errors}, status=422)
    messages.success(request, done)
    return JsonResponse({"url": reverse(name, args=[getattr(posted, "id", posted)])})


def _typed(field: str, names: Mapping[str, str]) -> str:
    return ".".join(names.get(part, part) for part in field.split("."))


def read_body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _number(line: Mapping[str, Any], name: str, i: int, wrong: list[NotANumber]) -> Decimal | None:
    """What stands in a column, None where nothing does; what is no number there is added to `wrong`."""
    text, field = str(line.get(name) or "").strip(), f"lines.{i}.{name}"
    try:
        number = read_number(text, field=field) if text else None
        if number is not None and abs(number) >= LARGEST:
            raise NotANumber(field=field)
    except NotANumber as refusal:
        wrong.append(refusal)
        return None
    return number


def _stock(product_ids: list[int], warehouse: Any) -> dict[int, Stock]:
    """What lies of each product in the document's warehouse, in all of them while none is named."""
    levels, asked = list_levels().filter(product_id__in=product_ids), str(warehouse or "")[:18]
    if asked:
        levels = levels.filter(warehouse=int(asked) if asked.isdecimal() else 0)
    totals = dict.fromkeys(product_ids, Stock())
    for level in levels:
        before = totals[level.product_id]
        totals[level.product_id] = Stock(before.on_hand + level.on_hand, before.reserved + level.reserved)
    return totals
