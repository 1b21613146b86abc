"""Creating and changing products, in sets."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from erp.catalog.drafts import CategoryDraft, ProductDraft
from erp.catalog.models import Product
from erp.catalog.operations.save_categories import save_categories
from erp.catalog.operations.save_products import save_products
from erp.catalog.queries import get_product
from erp.core.actor import Actor
from erp.core.errors import AlreadyTaken, ExternalRefTaken, PermissionDenied, Refusals, StaleEdit
from erp.documents.models import History
from erp.identity.models import Company
from erp.identity.roles import Role
from tests.support.cast import AT, counted_statements, person


def draft(sku: str = "LAMP", **changes: Any) -> ProductDraft:
    return replace(ProductDraft(sku=sku, name="Lamp", unit_code="PC", tax_code="STD", list_price=Decimal(40)), **changes)


def save(actor: Actor, *drafts: ProductDraft) -> list[int]:
    return save_products(products=drafts, actor=actor, at=AT)


def refused(actor: Actor, *drafts: ProductDraft) -> list[tuple[str, str]]:
    with pytest.raises(Refusals) as caught:
        save(actor, *drafts)
    return sorted((refusal.code, refusal.field) for refusal in caught.value.refusals)


def test_a_product_is_created_with_all_it_says(in_acme: Actor) -> None:
    save_categories(categories=[CategoryDraft(code="LIGHT", name="Light")], actor=in_acme, at=AT)
    [pk] = save(in_acme, draft(barcode="4006381333931", category_code="LIGHT", price_floor=Decimal("30.5"), supply="make"))
    product = get_product(product_id=pk, actor=in_acme)
    assert (product.sku, product.unit.code, product.category.code, product.supply) == ("LAMP", "PC", "LIGHT", "make")
    assert (product.list_price, product.price_floor, product.created_at) == (Decimal(40), Decimal("30.5"), AT)


def test_a_set_costs_as_many_statements_as_one(in_acme: Actor) -> None:
    with counted_statements() as one:
        save(in_acme, draft("A"))
    with counted_statements() as many:
        save(in_acme, *(draft(f"B{i}") for i in range(50)))
    assert one() == many()


def test_ids_come_back_in_the_order_given(in_acme: Actor) -> None:
    [old] = save(in_acme, draft("OLD"))
    ids = save(in_acme, draft("NEW1"), draft("OLD", id=old, name="Older"), draft("NEW2"))
    assert ids[1] == old
    assert list(Product.objects.filter(pk__in=ids).order_by("pk").values_list("sku", flat=True)) == ["OLD", "NEW1", "NEW2"]


def test_all_errors_of_all_rows_come_at_once_and_nothing_is_changed(in_acme: Actor) -> None:
    save(in_acme, draft("TAKEN", barcode="1", external_source="shop", external_ref="7"))
    found = refused(
        in_acme,
        draft("", name="", list_price=Decimal(-1)),
        draft("TAKEN", unit_code="FURLONG", tax_code="MOON", category_code="NOPE"),
        draft("X", barcode="1", price_floor=Decimal(41)),
        draft("X", external_source="shop", external_ref="7"),
        draft("Y", id=10**9, kind="ghost", list_price=Decimal("NaN")),
        draft("Z" * 61, name="n" * 201, list_price=Decimal("1.123456789")),
    )
    assert found == sorted(
        [
            ("missing_value", "0.sku"),
            ("missing_value", "0.name"),
            ("invalid_value", "0.list_price"),
            ("already_taken", "1.sku"),
            ("unknown_code", "1.unit"),
            ("unknown_code", "1.tax_code"),
            ("unknown_code", "1.category"),
            ("already_taken", "2.barcode"),
            ("floor_above_list_price", "2.price_floor"),
            ("already_taken", "3.sku"),
            ("external_ref_taken", "3.external_ref"),
            ("not_found", "4.id"),
            ("invalid_value", "4.kind"),
            ("invalid_value", "4.list_price"),
            ("invalid_value", "5.sku"),
            ("invalid_value", "5.name"),
            ("invalid_value", "5.list_price"),
        ]
    )
    assert Product.objects.count() == 1


def test_a_single_refusal_is_a_sentence_with_its_remedy(in_acme: Actor) -> None:
    with pytest.raises(AlreadyTaken, match="There is already a SKU “LAMP”. Choose another one"):
        save(in_acme, draft())
        save(in_acme, draft())


def test_a_reference_of_an_outside_system_is_unique_per_source(in_acme: Actor) -> None:
    save(in_acme, draft("A", external_source="shop", external_ref="7"), draft("B", external_source="till", external_ref="7"))
    with pytest.raises(ExternalRefTaken, match="shop already knows another record by “7”"):
        save(in_acme, draft("C", external_source="shop", external_ref="7"))


def test_emoji_right_to_left_text_and_formulas_are_kept_as_they_are(in_acme: Actor) -> None:
    names = ["💡 Lampe “Ø”", "مصباح كهربائي", '=HYPERLINK("http://x")', "@SUM(A1)", "灯🈴"]
    ids = save(in_acme, *(draft(f"N{i}", name=name) for i, name in enumerate(names)))
    assert [Product.objects.get(pk=pk).name for pk in ids] == names


@pytest.mark.parametrize("name", ["nul\x00", "half \ud83d"])
def test_text_that_cannot_be_stored_is_refused(in_acme: Actor, name: str) -> None:
    with pytest.raises(Exception, match="Remove the characters that are not text"):
        save(in_acme, draft(name=name))


def test_a_stale_edit_names_both_values(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft())
    seen = get_product(product_id=pk, actor=in_acme).version
    save(in_acme, draft(id=pk, version=seen, name="Desk lamp"))
    Product.objects.filter(pk=pk).update(name="Desk lamp")  # the same transaction: another version of the row
    with pytest.raises(StaleEdit) as caught:
        save(in_acme, draft(id=pk, version="1", name="Floor lamp"))
    assert caught.value.params["differences"] == {"name": ("Desk lamp", "Floor lamp")}


def test_kind_and_unit_stay_what_stock_was_counted_in(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft())
    with pytest.raises(Exception, match="Kind and unit of LAMP are fixed"):
        save(in_acme, draft(id=pk, kind="service", unit_code="KG"))


def test_a_change_leaves_its_history(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft())
    save(in_acme, draft(id=pk, list_price=Decimal(45)))
    change = History.objects.get(table_name="catalog_product", row_id=pk)
    assert (change.actor, change.changes) == ("system:test", {"list_price": [40.0, 45.0]})


def test_a_salesperson_may_not_change_products(in_acme: Actor, acme: Company) -> None:
    with pytest.raises(PermissionDenied):
        save(person(acme, Role.SALESPERSON), draft())


def test_cost_is_hidden_from_salespeople_and_clerks(acme: Company) -> None:
    assert not person(acme, Role.SALESPERSON, Role.WAREHOUSE_CLERK).can("catalog.view_cost")
    assert all(
        person(acme, role).can("catalog.view_cost")
        for role in (Role.BUYER, Role.PLANNER, Role.ACCOUNTANT, Role.FINANCE_MANAGER, Role.SALES_MANAGER, Role.MANAGING_DIRECTOR)
    )
