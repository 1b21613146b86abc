"""Units of a product: boxes and pallets with their ratio and barcode."""

from dataclasses import replace
from typing import Any

import pytest

from erp.catalog.drafts import ProductDraft, ProductUnitDraft
from erp.catalog.errors import UnitNotOther
from erp.catalog.models import Product, ProductUnit
from erp.catalog.operations.save_products import save_products
from erp.core.actor import Actor
from erp.core.errors import Refusals
from tests.erp.catalog.test_save_products import draft as product
from tests.support.cast import AT, counted_statements

BOX, PALLET = ProductUnitDraft(code="box", numerator=12, barcode="B12"), ProductUnitDraft(code="pallet", numerator=480)


def save(actor: Actor, *products: ProductDraft) -> list[int]:
    return save_products(products=products, actor=actor, at=AT)


def units(product_id: int) -> list[Any]:
    return list(ProductUnit.objects.filter(product_id=product_id).order_by("id").values_list("code", "numerator", "barcode"))


def test_a_product_keeps_its_units_until_a_list_replaces_them(in_acme: Actor) -> None:
    [pk] = save(in_acme, product("LAMP", units=[BOX, PALLET]))
    assert units(pk) == [("box", 12, "B12"), ("pallet", 480, "")]
    box = ProductUnit.objects.get(code="box").pk
    save(in_acme, product("LAMP", id=pk, name="Lamp, brass"))
    assert len(units(pk)) == 2
    save(in_acme, product("LAMP", id=pk, units=[replace(BOX, numerator=10), ProductUnitDraft(code="crate", numerator=60)]))
    assert units(pk) == [("box", 10, "B12"), ("crate", 60, "")]
    assert ProductUnit.objects.get(code="box").pk == box
    save(in_acme, product("LAMP", id=pk, units=[]))
    assert units(pk) == []


def test_the_own_unit_is_no_further_unit(in_acme: Actor) -> None:
    with pytest.raises(UnitNotOther, match="LAMP is counted in PC anyway"):
        save(in_acme, product("LAMP", units=[ProductUnitDraft(code="PC", numerator=1)]))


def test_every_fault_of_the_list_is_named_at_once_and_nothing_is_written(in_acme: Actor) -> None:
    save(in_acme, product("OTHER", barcode="4006", units=[replace(BOX, barcode="B99")]))
    wrong = [
        ProductUnitDraft(code="", numerator=0, denominator=10**10),
        replace(BOX, barcode="4006"),
        replace(PALLET, code="box", barcode="B99"),
        replace(PALLET, barcode="MINE"),
    ]
    with pytest.raises(Refusals) as refused:
        save(in_acme, product("LAMP", barcode="MINE", units=wrong))
    assert [one.field for one in refused.value.refusals] == [
        "units.0.code",
        "units.0.numerator",
        "units.0.denominator",
        "units.2.code",
        "units.1.barcode",
        "units.2.barcode",
        "units.3.barcode",
    ]
    assert Product.objects.count() == 1


def test_a_product_cannot_take_the_barcode_of_a_box(in_acme: Actor) -> None:
    save(in_acme, product("LAMP", units=[BOX]))
    with pytest.raises(Exception, match="There is already a barcode “B12”"):
        save(in_acme, product("SHADE", barcode="B12"))


def test_units_of_a_hundred_products_cost_as_many_statements_as_of_one(in_acme: Actor) -> None:
    def statements(prefix: str, count: int) -> int:
        drafts = [product(f"{prefix}{i}", units=[replace(BOX, barcode=""), PALLET]) for i in range(count)]
        with counted_statements() as made:
            save(in_acme, *drafts)
            return made()

    statements("W", 1)
    assert statements("A", 100) == statements("B", 1)
