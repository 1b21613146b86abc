"""What is offered while a product is typed: what its code or barcode names comes first, and in the unit of the barcode."""

from dataclasses import replace

import pytest

from erp.catalog.models import Product
from erp.catalog.operations.save_products import save_products
from erp.catalog.queries import suggest_products
from erp.core.actor import Actor
from tests.erp.catalog.test_save_products import draft as product
from tests.erp.catalog.test_units_of_products import BOX
from tests.support.cast import AT


@pytest.fixture
def shelf(in_acme: Actor) -> Actor:
    lamp = product("LAMP", name="Brass lamp", barcode="4006", units=[BOX])
    others = [product("AMP", name="Amplifier"), product("SHADE", name="Shade of a lamp"), product("WORK", name="Lamp cleaning")]
    gone = product("LAMP-OLD", name="Old lamp", barcode="4007", active=False)
    save_products(products=[lamp, *others[:2], replace(others[2], kind="service"), gone], actor=in_acme, at=AT)
    return in_acme


def offered(text: str, *, limit: int = 9, **more: list[str]) -> list[tuple[str, str]]:
    return [(one.product.sku, one.other_unit) for one in suggest_products(text, limit=limit, **more)]  # type: ignore[arg-type]


def test_a_barcode_offers_its_product_in_its_unit(shelf: Actor) -> None:
    assert offered(" B12 ") == [("LAMP", "box")]
    assert offered("4006") == [("LAMP", "")]
    assert offered("B1") == offered("4007") == offered("") == offered("\x00") == []


def test_the_code_goes_before_its_beginning_and_that_before_the_name(shelf: Actor) -> None:
    assert offered("amp") == [("AMP", ""), ("LAMP", ""), ("SHADE", ""), ("WORK", "")]
    assert offered("LAMP") == [("LAMP", ""), ("SHADE", ""), ("WORK", "")]
    assert offered("LAMP", limit=2) == [("LAMP", ""), ("SHADE", "")]
    assert offered("lamp", kinds=[Product.Kind.STOCKED]) == [("LAMP", ""), ("SHADE", "")]
