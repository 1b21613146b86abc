"""A sample lines editor that answers by itself, without any app: three products, one of them short."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.reference.rules import Ratio
from erp.screens.editor import LinesEditor, Send, suggestion, unit_facts

PRODUCTS: dict[str, dict[str, Any]] = {
    "LAMP-01": {
        "name": "Desk lamp, brass 黄铜台灯",
        "units": [{**unit_facts("pcs", Ratio()), "price": "48.00"}],
        "cost": "30.00",
        "unit": "pcs",
        "on_hand": "140",
        "reserved": "20",
        "available": "120",
    },
    "SHADE-04": {
        "name": "Linen shade 32 cm",
        "units": [{**unit_facts("pcs", Ratio()), "price": "19.50"}],
        "cost": "12.00",
        "unit": "pcs",
        "on_hand": "36",
        "reserved": "30",
        "available": "6",
    },
    "BULB-E27": {
        "name": "Bulb E27 LED 8 W",
        "units": [{**unit_facts("pcs", Ratio()), "price": "3.20"}, {**unit_facts("box", Ratio(12)), "price": "38.40"}],
        "cost": "1.90",
        "unit": "pcs",
        "on_hand": "0",
        "reserved": "0",
        "available": "0",
    },
}


def products(codes: list[str]) -> dict[str, Any]:
    """What a lookup answers for these codes; unknown ones are left out."""
    return {
        code: {"product": code.upper(), "stocked": True, "stock_url": "#stock", "base": "pcs", **PRODUCTS[code.upper()]}
        for code in codes
        if code.upper() in PRODUCTS
    }


def suggestions(term: str) -> list[dict[str, str]]:
    words = term.casefold()
    found = {c: p for c, p in PRODUCTS.items() if words in c.casefold() or words in p["name"].casefold()}
    return [suggestion(code, product["name"], available=product.get("available", "")) for code, product in found.items()]


def editor() -> LinesEditor:
    address = reverse("screens:kit_products")
    return LinesEditor(
        lookup_url=address,
        suggest_url=address,
        submit_url=address,
        currency="CNY",
        shows_discount=True,
        shows_margin=True,
        verbs=(Send("confirm", _("Confirm order")), Send("draft", _("Keep as draft"))),
        lines=[
            {"product": "LAMP-01", "quantity": "12", "price": "48.00", "discount": "7.5"},
            {"product": "SHADE-04", "quantity": "40", "price": ""},
            {"product": "BULB-E27", "quantity": "2", "unit": "box", "price": "38.40"},
        ],
    )
