"""A sales order from placing to invoicing: each verb, each refusal, and what the quantities say."""

import datetime
from decimal import Decimal

import pytest

from erp.core.errors import Refusals, WrongState
from erp.inventory.errors import NotThereThen
from erp.inventory.models import Reservation
from erp.ledger.models import AccountRole, OpenItem
from erp.parties.models import Party
from erp.receivables.models import Invoice
from erp.sales.errors import AlreadyInvoiced, CreditLimitExceeded, NotFullyReserved, NothingToDeliver
from erp.sales.models import Delivery, SalesOrder, SalesOrderLine
from erp.sales.operations.cancel_orders import cancel_orders
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.place_orders import OrderLineDraft, place_orders
from erp.sales.operations.reserve_orders import allocate_stock, reserve_orders
from tests.support.cast import TODAY, counted_statements
from tests.support.shop import Shop

D = Decimal


def state(order_id: int) -> str:
    return SalesOrder.objects.get(pk=order_id).state


def test_an_order_is_priced_taxed_and_numbered(shop: Shop) -> None:
    order = SalesOrder.objects.get(pk=shop.place("ZEN", ("LAMP", "3"), ("HOUR", "1.5")).id)
    assert (order.net, order.tax, order.total) == (D(240), D("31.20"), D("271.20"))
    assert (order.number, order.state, order.payment_days) == ("SO-000001", "placed", 30)


def test_a_foreign_customer_is_priced_in_their_currency(shop: Shop) -> None:
    order = SalesOrder.objects.get(pk=shop.place("YEN", ("LAMP", "1")).id)
    assert (order.currency_code, order.net, order.company_total) == ("USD", D("44.44"), D("45.20"))


def test_all_errors_of_all_lines_come_at_once_and_nothing_is_placed(shop: Shop) -> None:
    lines = [
        OrderLineDraft(product_id=99999999, quantity=D(1)),
        OrderLineDraft(product_id=shop.products["LAMP"], quantity=D(0), unit_price=D(-1), discount=D(2)),
    ]
    good, bad = shop.draft("ZEN", [("LAMP", "1")]), shop.draft("ZEN", [])
    with pytest.raises(Refusals) as refused:
        place_orders(orders=[good, bad, type(good)(**{**vars(good), "lines": lines})], **shop.by)
    fields = [r.field for r in refused.value.refusals]
    assert fields == ["1.lines", "2.lines.0.product", "2.lines.1.quantity", "2.lines.1.unit_price", "2.lines.1.discount"]
    assert not SalesOrder.objects.exists()


def test_every_missing_rate_is_named_at_its_order_beside_what_else_is_wrong(shop: Shop) -> None:
    orders = [
        shop.draft("YEN", [("LAMP", "1")], date=TODAY - datetime.timedelta(days=60)),
        shop.draft("YEN", [("LAMP", "0")], currency_code="CHF"),
        shop.draft("ZEN", [("HOUR", "12")]),
        shop.draft("ZEN", [("LAMP", "1")], currency_code="JPY"),
        shop.draft("ZEN", [("LAMP", "1")]),
    ]
    with pytest.raises(Refusals) as refused:
        place_orders(orders=orders, **shop.by)
    assert [(r.field, r.code) for r in refused.value.refusals] == [
        ("0.currency", "no_exchange_rate"),
        ("1.lines.0.quantity", "invalid_value"),
        ("1.currency", "no_exchange_rate"),
        ("3.currency", "no_exchange_rate"),
        ("2.customer", "credit_limit_exceeded"),
    ]
    assert "USD on 2026-01-01" in str(refused.value) and "Enter a rate" in str(refused.value)
    assert not SalesOrder.objects.exists()


def test_placed_orders_take_credit_and_do_not_stand_in_their_own_way(shop: Shop) -> None:
    orders = [shop.place("ZEN", ("HOUR", "5")) for _ in range(2)]  # 452.00 each, of 1000.00
    with pytest.raises(CreditLimitExceeded) as refused:
        shop.place("ZEN", ("HOUR", "5"))
    assert "1,356.00 EUR" in str(refused.value)
    assert confirm_orders(order_ids=[order.id for order in orders], **shop.by) == [order.id for order in orders]


def test_an_order_above_the_credit_is_refused_when_it_is_taken(shop: Shop) -> None:
    with pytest.raises(CreditLimitExceeded) as refused:
        shop.place("ZEN", ("HOUR", "12"))
    assert refused.value.field == "customer"
    assert "1,084.80 EUR, above the credit limit of 1,000.00 EUR" in str(refused.value)
    assert not SalesOrder.objects.exists()


def test_credit_is_used_up_to_the_limit_within_one_set(shop: Shop) -> None:
    first, second = shop.place("ZEN", ("HOUR", "10")), shop.place("ZEN", ("HOUR", "1"))
    Party.objects.filter(pk=shop.customers["ZEN"]).update(credit_limit=950)  # lowered since they were placed
    with pytest.raises(CreditLimitExceeded) as refused:
        confirm_orders(order_ids=[first.id, second.id], **shop.by)
    assert "994.40 EUR, above the credit limit of 950.00 EUR" in str(refused.value)
    confirm_orders(order_ids=[first.id], **shop.by)


def test_a_second_confirmation_is_refused(shop: Shop) -> None:
    order = shop.confirmed("ZEN", ("LAMP", "1"))
    with pytest.raises(WrongState):
        confirm_orders(order_ids=[order.id], **shop.by)


def test_stock_goes_by_priority_then_promise_then_time(shop: Shop) -> None:
    late = shop.confirmed("YEN", ("LAMP", "6"), promised_date=TODAY + datetime.timedelta(days=5))
    soon = shop.confirmed("YEN", ("LAMP", "6"), promised_date=TODAY)
    urgent = shop.confirmed("YEN", ("LAMP", "6"), priority=9, promised_date=TODAY + datetime.timedelta(days=9))
    assert reserve_orders(order_ids=[late.id, soon.id, urgent.id], **shop.by) == {
        late.id: False,
        soon.id: False,
        urgent.id: True,
    }
    got = dict(SalesOrderLine.objects.values_list("order_id", "reserved"))
    assert (got[urgent.id], got[soon.id], got[late.id]) == (6, 4, 0)


def test_arriving_stock_goes_to_those_who_wait(shop: Shop) -> None:
    first, second = shop.reserved("YEN", ("LAMP", "12")), shop.reserved("YEN", ("LAMP", "3"))
    shop.receive("LAMP", "4", "44")
    assert allocate_stock(product_ids=[shop.products["LAMP"]], warehouse_id=shop.warehouse, **shop.by) == {
        first.id: True,
        second.id: False,
    }
    assert shop.level("LAMP")[:2] == (14, 14)


def test_delivering_books_the_cost_and_frees_the_reservation(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"), ("HOUR", "1"))
    assert shop.level("LAMP") == (7, 0, 70)
    assert shop.balance(AccountRole.COST_OF_SALES) == 30
    assert not Reservation.objects.exists()
    assert (Delivery.objects.get().cost, state(delivery.order_id)) == (30, "delivered")


def test_an_incomplete_order_waits_unless_it_takes_parts(shop: Shop) -> None:
    whole, parts = shop.reserved("YEN", ("LAMP", "8")), shop.reserved("YEN", ("LAMP", "5"), partial_delivery=True)
    incomplete = shop.reserved("YEN", ("LAMP", "5"))
    deliver_orders(deliveries=[DeliveryPlan(order_id=i, date=TODAY) for i in (whole.id, parts.id)], **shop.by)
    assert (state(whole.id), state(parts.id)) == ("delivered", "partly_delivered")
    with pytest.raises(NothingToDeliver):
        deliver_orders(deliveries=[DeliveryPlan(order_id=incomplete.id, date=TODAY)], **shop.by)
    shop.receive("LAMP", "4", "40")
    reserve_orders(order_ids=[incomplete.id], **shop.by)
    with pytest.raises(NotFullyReserved):
        deliver_orders(deliveries=[DeliveryPlan(order_id=incomplete.id, date=TODAY)], **shop.by)


def test_a_backorder_is_delivered_and_invoiced_to_the_cent(shop: Shop) -> None:
    order = shop.reserved("YEN", ("LAMP", "15"), partial_delivery=True)
    deliver_orders(deliveries=[DeliveryPlan(order_id=order.id, date=TODAY)], **shop.by)
    shop.receive("LAMP", "5", "55.55")
    reserve_orders(order_ids=[order.id], **shop.by)
    deliver_orders(deliveries=[DeliveryPlan(order_id=order.id, date=TODAY)], **shop.by)
    invoice_deliveries(delivery_ids=list(Delivery.objects.values_list("pk", flat=True)), **shop.by)
    placed = SalesOrder.objects.get()
    assert placed.state == "invoiced"
    assert sum(i.total for i in Invoice.objects.all()) == placed.total
    assert shop.level("LAMP") == (0, 0, 0)


def test_goods_cannot_leave_before_they_came(shop: Shop) -> None:
    order = shop.reserved("ZEN", ("LAMP", "1"))
    with pytest.raises(NotThereThen, match="LAMP"):
        deliver_orders(deliveries=[DeliveryPlan(order_id=order.id, date=TODAY - datetime.timedelta(days=1))], **shop.by)


def test_an_invoice_is_gapless_booked_and_open(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "3"))
    [invoice] = invoice_deliveries(delivery_ids=[delivery.id], **shop.by)
    assert invoice.number == "INV-000001"
    assert shop.balance(AccountRole.RECEIVABLE) == D("135.60")
    assert shop.balance(AccountRole.REVENUE) == -120
    assert shop.balance(AccountRole.OUTPUT_TAX) == D("-15.60")
    item = OpenItem.objects.get()
    assert (item.residual, item.due_date) == (D("135.60"), TODAY + datetime.timedelta(days=30))
    with pytest.raises(AlreadyInvoiced):
        invoice_deliveries(delivery_ids=[delivery.id], **shop.by)


def test_cancelling_releases_the_stock(shop: Shop) -> None:
    order = shop.reserved("ZEN", ("LAMP", "6"))
    cancel_orders(order_ids=[order.id], **shop.by)
    assert (state(order.id), shop.level("LAMP")) == ("cancelled", (10, 0, 100))
    with pytest.raises(WrongState):
        cancel_orders(order_ids=[order.id], **shop.by)


def test_what_was_delivered_cannot_be_cancelled(shop: Shop) -> None:
    delivery = shop.delivered("ZEN", ("LAMP", "1"))
    with pytest.raises(WrongState):
        cancel_orders(order_ids=[delivery.order_id], **shop.by)


def test_a_set_of_foreign_orders_costs_as_many_statements_as_one(shop: Shop) -> None:
    def statements(count: int) -> int:
        with counted_statements() as made:
            place_orders(orders=[shop.draft("YEN", [("HOUR", "1")])] * count, **shop.by)
            return made()

    statements(1)
    assert statements(20) == statements(1)


@pytest.mark.parametrize("sku", ["LAMP", "HOUR"])
def test_an_order_named_twice_in_a_set_is_not_delivered_twice(shop: Shop, sku: str) -> None:
    order = shop.reserved("ZEN", (sku, "1"))
    plan = DeliveryPlan(order_id=order.id, date=TODAY)
    with pytest.raises(NothingToDeliver):
        deliver_orders(deliveries=[plan, plan], **shop.by)
    assert not Delivery.objects.exists()


def test_a_document_of_two_thousand_lines_costs_as_many_statements_as_one(shop: Shop) -> None:
    shop.receive("CABLE", "5000", "1000")

    def statements(lines: int) -> int:
        with counted_statements() as count:
            delivery = shop.delivered("YEN", *[("CABLE", "1")] * lines)
            invoice_deliveries(delivery_ids=[delivery.id], **shop.by)
            return count()

    assert statements(2000) == statements(1)
