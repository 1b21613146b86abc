"""The quick jump: a scanned barcode opens its product, unless it is the code of something else or of several."""

from decimal import Decimal

import pytest
from django.urls import reverse

from erp.catalog.drafts import ProductDraft, ProductUnitDraft
from erp.catalog.operations.save_products import save_products
from erp.core.scope import company_scope
from erp.identity.roles import Role
from tests.support.cast import AT
from tests.support.trade import LogIn, Trade, log_in, trade

__all__ = ["log_in", "trade"]
CODE = "4006381333931"


def save(trade: Trade, sku: str, barcode: str, *, box: str = "") -> int:
    units = [ProductUnitDraft(code="box", numerator=12, barcode=box), ProductUnitDraft(code="crate", numerator=60)]
    draft = ProductDraft(sku=sku, name=sku, unit_code="PC", tax_code="STD", list_price=Decimal(1), barcode=barcode, units=units)
    with company_scope(trade.actor):
        [pk] = save_products(products=[draft], actor=trade.actor, at=AT)
    return pk


def test_a_barcode_opens_its_product(trade: Trade, log_in: LogIn) -> None:
    pk = save(trade, "PEN", CODE)
    answer = log_in(Role.SALESPERSON).get(reverse("screens:jump"), {"q": CODE})
    assert answer.headers["Location"] == reverse("catalog:product", args=[pk])


def test_the_barcode_of_a_box_opens_its_product(trade: Trade, log_in: LogIn) -> None:
    pk = save(trade, "PEN", "", box=CODE)
    answer = log_in(Role.SALESPERSON).get(reverse("screens:jump"), {"q": CODE})
    assert answer.headers["Location"] == reverse("catalog:product", args=[pk])


def test_a_number_goes_before_a_barcode(trade: Trade, log_in: LogIn) -> None:
    pk = save(trade, CODE, "")
    save(trade, "PEN", CODE)
    answer = log_in(Role.SALESPERSON).get(reverse("screens:jump"), {"q": CODE})
    assert answer.headers["Location"] == reverse("catalog:product", args=[pk])


def test_a_barcode_of_nothing_is_said_to_be_unknown(trade: Trade, log_in: LogIn) -> None:
    assert log_in(Role.SALESPERSON).get(reverse("screens:jump"), {"q": CODE}).status_code == 404


def test_a_warehouse_is_opened_by_its_code(trade: Trade, log_in: LogIn) -> None:
    answer = log_in(Role.WAREHOUSE_CLERK).get(reverse("screens:jump"), {"q": "MAIN"})
    assert answer.headers["Location"] == reverse("inventory:warehouse", args=[trade.warehouse])


@pytest.mark.parametrize("typed", ["SO-000001", "so-000001", "so-1", "SO1", "so 01", " so1 "])
def test_a_number_is_known_without_its_zeros_and_in_any_case(trade: Trade, log_in: LogIn, typed: str) -> None:
    order = trade.order()
    answer = log_in(Role.SALESPERSON).get(reverse("screens:jump"), {"q": typed})
    assert answer.headers["Location"] == reverse("sales:order", args=[order])


@pytest.mark.parametrize("typed", ["so-2", "so", "1", "so-1-x", "so" + "9" * 70, "so-٣"])
def test_what_is_no_number_of_a_document_opens_none(trade: Trade, log_in: LogIn, typed: str) -> None:
    trade.order()
    answer = log_in(Role.SALESPERSON).get(reverse("screens:jump"), {"q": typed})
    assert "/orders/" not in answer.headers.get("Location", "")


def test_a_product_called_like_a_short_number_goes_first(trade: Trade, log_in: LogIn) -> None:
    pk, _order = save(trade, "SO1", ""), trade.order()
    answer = log_in(Role.SALESPERSON).get(reverse("screens:jump"), {"q": "SO1"})
    assert answer.headers["Location"] == reverse("catalog:product", args=[pk])
