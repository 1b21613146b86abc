"""Units are called by their name where a person reads them, and by their code everywhere else."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from erp.catalog.drafts import ProductDraft, ProductUnitDraft
from erp.catalog.errors import QuantityNotExact
from erp.catalog.measures import all_units, take_measure
from erp.catalog.operations.save_products import save_products
from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.inventory.models import Receipt
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.reference.models import Unit
from erp.reference.unit_names import NAMES, unit_name, unit_word
from tests.support.cast import AT, TODAY
from tests.support.trade import LogIn, Trade, log_in, trade

__all__ = ["log_in", "trade"]


@pytest.fixture
def boxed(trade: Trade) -> int:
    """A product in boxes of 12 and in a unit that only this company knows."""
    units = [ProductUnitDraft(code="box", numerator=12), ProductUnitDraft(code="Gebinde", numerator=60)]
    draft = ProductDraft(sku="PEN", name="Pen", unit_code="PC", tax_code="STD", list_price=Decimal(1), units=units)
    with company_scope(trade.actor):
        [pk] = save_products(products=[draft], actor=trade.actor, at=AT)
    return pk


def chinese(client: Client, url: str, **query: str) -> str:
    client.post(reverse("screens:language"), {"language": "zh-hans"})
    return client.get(url, query).content.decode()


def words(page: str) -> str:
    return " ".join(page.replace('<span class="w-unit">', " ").replace("</span>", "").split())


def test_every_unit_of_a_new_company_has_a_chinese_name(trade: Trade) -> None:
    with company_scope(trade.actor, read_only=True), translation.override("zh-hans"):
        for unit in Unit.objects.all():
            assert unit_word(unit.code) == unit_name(unit.name) != unit.name
    with translation.override("zh-hant"):
        assert all(str(name) != english for english, name in NAMES.items())
        assert unit_word("M") == "公尺"


def test_english_keeps_the_code_and_an_own_unit_is_called_as_the_company_calls_it() -> None:
    assert [unit_word(code) for code in ("PC", "BOX", "Gebinde", "")] == ["PC", "BOX", "Gebinde", ""]
    with translation.override("zh-hans"):
        assert [unit_word(code) for code in ("PC", "BOX", "Gebinde", "")] == ["件", "箱", "Gebinde", ""]


def test_a_product_page_names_its_units_and_their_codes(trade: Trade, log_in: LogIn, boxed: int) -> None:
    client, url = log_in(Role.SALESPERSON), reverse("catalog:product", args=[boxed])
    english = words(client.get(url).content.decode())
    assert "Piece (PC)" in english and "1 box = 12 PC" in english
    page = words(chinese(client, url))
    assert "件 (PC)" in page and "1 箱 = 12 件" in page and "1 Gebinde = 60 件" in page


def test_the_lines_of_a_document_and_a_list_speak_of_units_and_a_file_of_codes(trade: Trade, log_in: LogIn, boxed: int) -> None:
    with company_scope(trade.actor):
        line = ReceiptLineDraft(product_id=boxed, quantity=Decimal(3), unit="box", unit_cost=Decimal(5))
        draft = ReceiptDraft(warehouse_id=trade.warehouse, date=TODAY, lines=[line])
        [posted] = receive_goods(receipts=[draft], actor=trade.actor, at=AT)
        assert Receipt.objects.get(pk=posted.id).lines.get().unit == "box"
    client = log_in(Role.WAREHOUSE_CLERK, Role.SALESPERSON)
    assert "3 箱 (36 件)" in words(chinese(client, reverse("inventory:receipt", args=[posted.id])))
    assert ">件<" in chinese(client, reverse("catalog:products"))
    file = b"".join(client.get(reverse("catalog:products"), {"export": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "PC" in file and "件" not in file
    assert client.get(f"/api/v1/erp/receipts/{posted.id}/").json()["lines"][0]["unit"] == "box"


def test_a_refusal_speaks_of_units_in_the_language_of_its_reader(trade: Trade, boxed: int) -> None:
    with company_scope(trade.actor, read_only=True):
        units = all_units([boxed])[boxed]
        with pytest.raises(QuantityNotExact) as refused:
            take_measure(Decimal("0.3"), "box", units, product="PEN")
    assert "0.3 box" in refused.value.sentence and "whole PC" in refused.value.sentence
    with translation.override("zh-hans"):
        assert "箱" in refused.value.sentence and "PC" not in refused.value.sentence
