"""Goods sold by the box: what was typed is kept, stock counts pieces, and the amount is boxes times the price of a box."""

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from erp.catalog.drafts import ProductDraft, ProductUnitDraft
from erp.catalog.errors import QuantityNotExact, UnknownUnit
from erp.catalog.models import ProductUnit
from erp.catalog.operations.save_products import save_products
from erp.core.errors import InvalidValue, Refusals
from erp.inventory.models import ReceiptLine
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.receivables.errors import MoreThanInvoiced
from erp.receivables.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.reference.rules import Ratio
from erp.sales.errors import MoreThanDelivered, PriceBelowFloor
from erp.sales.models import DeliveryLine, SalesOrderLine, SalesReturnLine
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, PostedDelivery, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, PlacedOrder, place_orders
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import ReturnLineDraft, return_goods
from tests.erp.sales.test_return_goods import back, free
from tests.support.cast import TODAY, counted_statements
from tests.support.shop import Shop

D = Decimal


@pytest.fixture
def boxed(shop: Shop) -> Shop:
    """Bulbs at 0.90 a piece, by the box of 12 or the pallet of 480; flour kept in kilograms."""
    bulb = ProductDraft(
        sku="BULB",
        name="Bulb",
        unit_code="PC",
        tax_code="STD",
        list_price=D("0.90"),
        price_floor=D("0.80"),
        units=[ProductUnitDraft(code="box", numerator=12), ProductUnitDraft(code="pallet", numerator=480)],
    )
    flour = ProductDraft(sku="FLOUR", name="Flour", unit_code="KG", tax_code="STD", list_price=D(2))
    shop.products |= dict(zip(["BULB", "FLOUR"], save_products(products=[bulb, flour], **shop.by), strict=True))
    return shop


def place(shop: Shop, sku: str, quantity: str, unit: str = "", **more: Any) -> PlacedOrder:
    line = OrderLineDraft(product_id=shop.products[sku], quantity=D(quantity), unit=unit, **more)
    draft = dataclasses.replace(shop.draft("ZEN", []), lines=[line], partial_delivery=True)
    return place_orders(orders=[draft], **shop.by)[0]


def receive(shop: Shop, sku: str, quantity: str, unit: str = "", **more: Any) -> None:
    worth = more or {"value": D(0)}
    line = ReceiptLineDraft(product_id=shop.products[sku], quantity=D(quantity), unit=unit, **worth)
    receive_goods(receipts=[ReceiptDraft(warehouse_id=shop.warehouse, date=TODAY, lines=[line])], **shop.by)


def line_of(order: PlacedOrder) -> SalesOrderLine:
    return SalesOrderLine.objects.get(order_id=order.id)


def test_a_box_at_ten_is_ten_and_twelve_pieces(boxed: Shop) -> None:
    line = line_of(place(boxed, "BULB", "1", "box", unit_price=D("10.00")))
    assert (line.unit, line.entered_quantity, line.quantity, line.unit_price) == ("box", D(1), D(12), D("10.00"))
    assert (line.net, line.tax, line.total) == (D("10.00"), D("1.30"), D("11.30"))


@pytest.mark.parametrize(
    ("sku", "quantity", "unit", "base", "net"),
    [
        ("BULB", "3", "box", "36", "32.40"),
        ("BULB", "0.5", "box", "6", "5.40"),
        ("BULB", "1", "pallet", "480", "432.00"),
        ("BULB", "2", "DZ", "24", "21.60"),
        ("BULB", "7", "", "7", "6.30"),
        ("BULB", "7", "PC", "7", "6.30"),
        ("FLOUR", "250", "G", "0.25", "0.50"),
        ("FLOUR", "1.5", "", "1.5", "3.00"),
    ],
)
def test_without_a_price_the_list_price_counts_for_what_the_unit_holds(
    boxed: Shop, sku: str, quantity: str, unit: str, base: str, net: str
) -> None:
    line = line_of(place(boxed, sku, quantity, unit))
    assert (line.quantity, line.net) == (D(base), D(net))
    assert line.unit == unit or line.unit == {"BULB": "PC", "FLOUR": "KG"}[sku]


@pytest.mark.parametrize(
    ("sku", "quantity", "unit", "refused", "says"),
    [
        ("BULB", "2.5", "", QuantityNotExact, "2.5 PC of BULB cannot be counted in PC. Enter a quantity that comes to whole PC."),
        ("BULB", "0.1", "box", QuantityNotExact, "0.1 box of BULB"),
        ("FLOUR", "0.0005", "G", QuantityNotExact, "at most 6 decimals of KG"),
        ("BULB", "1", "bag", UnknownUnit, "BULB is not counted in “bag”. Use PC"),
        ("BULB", "1", "KG", UnknownUnit, "BULB is not counted in “KG”"),
        ("FLOUR", "1", "box", UnknownUnit, "FLOUR is not counted in “box”"),
        ("BULB", "9999999999999", "pallet", InvalidValue, "Enter a smaller number."),
    ],
)
def test_what_cannot_be_counted_is_refused_with_its_remedy(
    boxed: Shop, sku: str, quantity: str, unit: str, refused: type[Exception], says: str
) -> None:
    for act in (place, receive):
        with pytest.raises(refused) as refusal:
            act(boxed, sku, quantity, unit)
        assert says in str(refusal.value)
        assert refusal.value.field == f"lines.0.{'unit' if refused is UnknownUnit else 'quantity'}"  # type: ignore[attr-defined]


def test_a_unit_of_the_product_wins_over_a_general_one(boxed: Shop) -> None:
    ProductUnit.objects.create(product_id=boxed.products["BULB"], code="DZ", numerator=13)
    assert line_of(place(boxed, "BULB", "1", "DZ")).quantity == 13


def test_the_floor_is_that_of_a_piece(boxed: Shop) -> None:
    place(boxed, "BULB", "1", "box", unit_price=D("9.60"))
    with pytest.raises(PriceBelowFloor):
        place(boxed, "BULB", "1", "box", unit_price=D("9.59"))


def test_a_box_that_holds_ten_from_now_on_changes_no_line_and_no_promise(boxed: Shop) -> None:
    before = line_of(place(boxed, "BULB", "2", "box"))
    ProductUnit.objects.filter(code="box").update(numerator=10)
    assert line_of(place(boxed, "BULB", "2", "box")).quantity == 20
    assert line_of(place(boxed, "BULB", "2", "box", ratio=Ratio(12))).quantity == 24
    before.refresh_from_db()
    assert (before.quantity, before.unit_numerator) == (24, 12)


def test_goods_received_by_the_pallet_are_pieces_at_the_cost_of_the_pallet(boxed: Shop) -> None:
    receive(boxed, "BULB", "2", "pallet", unit_cost=D("100.00"))
    assert boxed.level("BULB") == (D(960), D(0), D("200.00"))
    line = ReceiptLine.objects.get(product_id=boxed.products["BULB"])
    assert (line.entered_quantity, line.unit, line.quantity, line.value) == (2, "pallet", 960, 200)


def test_parts_of_a_box_are_delivered_and_invoiced_and_the_last_takes_the_residue(boxed: Shop) -> None:
    order = place(boxed, "BULB", "3", "box", unit_price=D("10.00"))
    confirm_orders(order_ids=[order.id], **boxed.by)
    said, prices, nets = [], [], []
    for arrived in ("6", "7", "23"):
        receive(boxed, "BULB", arrived, value=D(1))
        reserve_orders(order_ids=[order.id], **boxed.by)
        [delivery] = deliver_orders(deliveries=[DeliveryPlan(order_id=order.id, date=TODAY)], **boxed.by)
        [invoice] = invoice_deliveries(delivery_ids=[delivery.id], **boxed.by)
        left = DeliveryLine.objects.select_related("order_line", "product__unit").get(delivery_id=delivery.id)
        line = InvoiceLine.objects.get(invoice_id=invoice.id)
        assert (left.measure.entered, left.measure.unit) == (line.entered_quantity, line.unit)
        said.append((line.entered_quantity, line.unit, line.quantity))
        prices.append(line.unit_price)
        nets.append(line.net)
    assert said == [(D("0.5"), "box", D(6)), (D(7), "PC", D(7)), (D(23), "PC", D(23))]
    assert prices == [D(10), D("0.83333333"), D("0.83333333")]
    assert nets == [D("5.00"), D("5.83"), D("19.17")]
    assert sum(nets) == line_of(order).net == 30
    assert sum(invoice.total for invoice in Invoice.objects.all()) == line_of(order).total


def test_pieces_of_a_box_come_back_and_are_credited_at_their_share_of_it(boxed: Shop) -> None:
    order = place(boxed, "BULB", "1", "box", unit_price=D("10.00"))
    confirm_orders(order_ids=[order.id], **boxed.by)
    receive(boxed, "BULB", "1", "box", value=D(6))
    reserve_orders(order_ids=[order.id], **boxed.by)
    [delivery] = deliver_orders(deliveries=[DeliveryPlan(order_id=order.id, date=TODAY)], **boxed.by)
    invoice_deliveries(delivery_ids=[delivery.id], **boxed.by)
    with pytest.raises(QuantityNotExact, match="0.5 PC of BULB"):
        return_goods(returns=[back(delivery.id, "0.5", unit="PC")], **boxed.by)
    returned = return_goods(returns=[back(delivery.id, "5", unit="PC"), back(delivery.id, "7", unit="PC")], **boxed.by)
    assert boxed.level("BULB") == (12, 0, 6)
    credit_returns(return_ids=[one.id for one in returned], **boxed.by)
    told = list(CreditNoteLine.objects.order_by("id").values_list("quantity", "unit_price", "net"))
    assert told == [(5, D("0.83333333"), D("4.17")), (7, D("0.83333333"), D("5.83"))]


def invoiced(shop: Shop, boxes: str = "2") -> PostedDelivery:
    """Boxes at 10.00, delivered and invoiced."""
    receive(shop, "BULB", boxes, "box", value=D(12))
    order = place(shop, "BULB", boxes, "box", unit_price=D("10.00"))
    confirm_orders(order_ids=[order.id], **shop.by)
    reserve_orders(order_ids=[order.id], **shop.by)
    [delivery] = deliver_orders(deliveries=[DeliveryPlan(order_id=order.id, date=TODAY)], **shop.by)
    invoice_deliveries(delivery_ids=[delivery.id], **shop.by)
    return delivery


def said(model: Any) -> list[tuple[Any, ...]]:
    return list(model.objects.order_by("id").values_list("entered_quantity", "unit", "quantity", "unit_price"))


def test_a_box_comes_back_as_a_box_whatever_a_box_holds_today(boxed: Shop) -> None:
    delivery = invoiced(boxed)
    ProductUnit.objects.filter(code="box").update(numerator=10)
    returned = return_goods(returns=[back(delivery.id, "1"), back(delivery.id, "0.5", unit="box")], **boxed.by)
    assert said(SalesReturnLine) == [(1, "box", 12, 10), (D("0.5"), "box", 6, 10)]
    credit_returns(return_ids=[one.id for one in returned], **boxed.by)
    assert said(CreditNoteLine) == said(SalesReturnLine)
    assert [note.net for note in CreditNote.objects.order_by("id")] == [10, 5]
    with pytest.raises(MoreThanDelivered, match="6 PC can still come back, not 12 PC"):
        return_goods(returns=[back(delivery.id, "1")], **boxed.by)
    with pytest.raises(UnknownUnit):
        return_goods(returns=[back(delivery.id, "1", unit="bag")], **boxed.by)
    return_goods(returns=[back(delivery.id, "0.5", unit="DZ")], **boxed.by)
    assert boxed.level("BULB") == (24, 0, 12)


def test_a_box_of_an_invoice_is_credited_as_a_box_and_its_pieces_as_pieces(boxed: Shop) -> None:
    invoiced(boxed)
    line = InvoiceLine.objects.get()

    def credit(**asked: Any) -> None:
        draft = CreditLineDraft(invoice_line_id=line.pk, **asked)
        post_credit_notes(notes=[CreditNoteDraft(date=TODAY, invoice_id=line.invoice_id, lines=[draft])], **boxed.by)

    credit(quantity=D(1))
    credit(quantity=D(3), unit="PC")
    credit(amount=D("1.00"))
    assert said(CreditNoteLine) == [(1, "box", 12, 10), (3, "PC", 3, D("0.83333333")), (0, "box", 0, 10)]
    assert [note.net for note in CreditNote.objects.order_by("id")] == [10, D("2.50"), 1]
    for asked, refused, says in (
        ({"quantity": D(1)}, MoreThanInvoiced, "9 PC"),
        ({"quantity": D("0.3")}, QuantityNotExact, "0.3 box of BULB"),
        ({"quantity": D(1), "unit": "bag"}, UnknownUnit, "bag"),
    ):
        with pytest.raises(refused, match=says):
            credit(**asked)


def test_boxes_without_an_original_are_priced_and_valued_by_the_box(boxed: Shop) -> None:
    line = ReturnLineDraft(
        product_id=boxed.products["BULB"], quantity=D(2), unit="box", unit_price=D("9.00"), unit_cost=D("6.00")
    )
    [made] = return_goods(returns=[free(boxed, line)], **boxed.by)
    assert boxed.level("BULB") == (24, 0, 12)
    credit_returns(return_ids=[made.id], **boxed.by)
    assert said(CreditNoteLine) == said(SalesReturnLine) == [(2, "box", 24, 9)]
    assert CreditNote.objects.get().net == 18


def test_units_cost_no_statement_more_however_many_lines(boxed: Shop) -> None:
    def statements(lines: int, unit: str) -> int:
        drafts = [OrderLineDraft(product_id=boxed.products["BULB"], quantity=D(12), unit=unit) for _ in range(lines)]
        draft = dataclasses.replace(boxed.draft("YEN", []), lines=drafts)
        with counted_statements() as count:
            place_orders(orders=[draft], **boxed.by)
            return count()

    statements(1, "")
    assert statements(50, "box") == statements(1, "box") == statements(1, "")


def test_all_wrong_units_of_all_lines_come_at_once(boxed: Shop) -> None:
    lines = [OrderLineDraft(product_id=boxed.products["BULB"], quantity=D(q), unit=u) for q, u in (("1", "bag"), ("0.3", "box"))]
    with pytest.raises(Refusals) as refused:
        place_orders(orders=[dataclasses.replace(boxed.draft("ZEN", []), lines=lines)], **boxed.by)
    assert [one.field for one in refused.value.refusals] == ["lines.0.unit", "lines.1.quantity"]
