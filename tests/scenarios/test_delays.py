"""What comes late moves production and promises, tells who has to know, and moves them back when it comes in time after all."""

import datetime

import pytest

from erp.automation.models import ExceptionItem
from erp.automation.queries import sentence_of
from erp.core.events import DocumentRef
from erp.manufacturing.models import ManufacturingOrder
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.operations.cancel_orders import cancel_orders
from erp.sales.operations.promise_orders import OrderPromise, promise_orders
from integration.relay.drain import drain
from integration.thread.queries import SERVES, order_thread
from scm.planning.tracing import trace_demands, trace_supplies
from tests.support.market import today, verify
from tests.support.works import Works

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def works(db: None) -> Works:
    return Works()


def sell(works: Works, quantity: str, *, days: int) -> int:
    [order] = works.market.place([{"LAMP": quantity}], promised_date=today() + datetime.timedelta(days=days))
    drain()
    return order


def production(works: Works) -> dict[str, tuple[int, int]]:
    """Start and due of what is made, in days from today."""
    with works.market.looking():
        rows = ManufacturingOrder.objects.values_list("product__sku", "start_date", "due_date")
        return {sku: ((start - today()).days, (due - today()).days) for sku, start, due in rows}


def inbox(works: Works) -> list[tuple[str, str]]:
    with works.market.looking():
        items = ExceptionItem.objects.filter(state="open").order_by("id")
        return [(item.verb, item.number) for item in items]


def test_a_late_part_moves_what_is_made_of_it_and_the_promise_and_the_salesperson_is_told(works: Works) -> None:
    works.market.receive({"LAMP": "2"})
    in_stock = sell(works, "1", days=20)
    order = sell(works, "4", days=20)
    [bought] = works.orders()
    assert bought.state == "issued" and works.promised(order) == (20, None)
    assert production(works) == {"LAMP": (18, 20), "SHADE": (17, 18)}
    works.confirm(bought.pk, days=17)
    drain()
    assert production(works) == {"LAMP": (18, 20), "SHADE": (17, 18)} and inbox(works) == []

    works.confirm(bought.pk, days=27)
    drain()
    assert production(works) == {"LAMP": (28, 30), "SHADE": (27, 28)}
    assert (works.promised(order), works.promised(in_stock)) == ((30, 20), (20, None))
    with works.market.looking():
        number = SalesOrder.objects.get(pk=order).number
        [told] = ExceptionItem.objects.filter(state="open")
        assert (told.verb, told.number, told.owner_role) == ("inform", number, "salesperson")
        assert number in sentence_of(told.reason)
        assert list(SalesOrderLine.objects.filter(order=order).values_list("promised_date", flat=True)) == [
            today() + datetime.timedelta(days=30)
        ]
        thread = order_thread(order, lambda _: True)
        assert thread is not None
        causes = {edge["cause"] for edge in thread["edges"] if edge["target"].split(":")[0] in ("plan_run", "sales_order")}
        assert {"purchase_order.answered", "manufacturing_order.moved", "plan_run.finished"} <= causes
    assert "0 differ" in verify()


def test_what_comes_in_time_after_all_moves_back_and_the_matter_is_closed(works: Works) -> None:
    order = sell(works, "4", days=20)
    [bought] = works.orders()
    works.confirm(bought.pk, days=27)
    drain()
    assert works.promised(order) == (30, 20) and len(inbox(works)) == 1
    works.confirm(bought.pk, days=16)
    drain()
    assert production(works) == {"LAMP": (18, 20), "SHADE": (17, 18)}
    assert works.promised(order) == (20, 20) and inbox(works) == []


def test_a_second_delay_counts_from_the_first_promise(works: Works) -> None:
    order = sell(works, "4", days=20)
    [bought] = works.orders()
    for days, promised in ((27, 30), (22, 25), (29, 32)):
        works.confirm(bought.pk, days=days)
        drain()
        assert works.promised(order) == (promised, 20)
    assert [verb for verb, _number in inbox(works)] == ["inform"]


def test_an_order_for_which_everything_is_too_late_is_promised_for_when_it_can_be_there_and_nobody_is_bothered(
    works: Works,
) -> None:
    order = sell(works, "4", days=1)
    assert works.promised(order) == (6, 1)  # three days for the cable, one for the shade, two for the lamp
    assert inbox(works) == []


def test_the_same_days_again_move_nothing_and_an_order_that_is_not_open_is_left_alone(works: Works) -> None:
    order = sell(works, "4", days=20)
    with works.market.looking():
        [line] = SalesOrderLine.objects.filter(order=order)
    late = OrderPromise(order, {line.pk: today() + datetime.timedelta(days=25)})
    for moved in (1, 0):
        assert len(works.market.unit(lambda: promise_orders(promises=[late], **works.market.by()))) == moved
    [placed] = works.market.place([{"CABLE": "1"}])
    assert works.market.unit(lambda: promise_orders(promises=[OrderPromise(placed)], **works.market.by())) == []


def test_what_a_supplier_advises_is_the_last_promise_of_what_it_brings(works: Works) -> None:
    order = sell(works, "4", days=20)
    [bought] = works.orders()
    works.confirm(bought.pk, days=17)
    works.advise(bought.pk, "1", days=12)
    drain()
    assert works.promises_of(bought.pk) == (17, 17) and works.promised(order) == (20, None)

    works.advise(bought.pk, "1", days=27)
    drain()
    assert works.promises_of(bought.pk) == (17, 27) and works.promised(order) == (30, 20)
    assert len(inbox(works)) == 1

    works.advise(bought.pk, "4", days=16)  # all of it after all, not only what no advice names
    drain()
    assert works.promises_of(bought.pk) == (17, 16) and works.promised(order) == (20, 20)
    assert inbox(works) == []
    assert "0 differ" in verify()


def test_what_came_of_another_order_joins_the_thread_of_the_one_that_it_serves(works: Works) -> None:
    first = sell(works, "4", days=20)
    works.market.unit(lambda: cancel_orders(order_ids=[first], **works.market.by()))
    drain()
    second = sell(works, "4", days=20)
    with works.market.looking():
        thread = order_thread(second, lambda _: True)
        assert thread is not None
        kinds = {node["id"]: node["type"] for node in thread["nodes"]}
        served = [(kinds[e["source"]], kinds[e["target"]]) for e in thread["edges"] if e["cause"] == SERVES]
        made = {order.product.sku: f"manufacturing_order:{order.pk}" for order in ManufacturingOrder.objects.all()}
    assert served == [
        ("manufacturing_order", "sales_order"),
        ("manufacturing_order", "manufacturing_order"),
        ("purchase_order", "manufacturing_order"),
    ]
    assert {e["source"]: e["target"] for e in thread["edges"] if e["cause"] == SERVES} == {
        made["LAMP"]: f"sales_order:{second}",
        made["SHADE"]: made["LAMP"],
        f"purchase_order:{works.orders()[0].pk}": made["SHADE"],
    }
    assert len(kinds) == len(thread["nodes"]) and f"sales_order:{first}" not in kinds


def test_what_serves_what_is_followed_down_and_up(works: Works) -> None:
    order = sell(works, "4", days=20)
    [bought] = works.orders()
    with works.market.looking():
        made = {o.product.sku: o.pk for o in ManufacturingOrder.objects.all()}
        down = trace_supplies([DocumentRef("sales_order", order)])
        up = trace_demands([DocumentRef("purchase_order", bought.pk)])
    steps = [
        ("LAMP", ("sales_order", order), ("manufacturing_order", made["LAMP"])),
        ("SHADE", ("manufacturing_order", made["LAMP"]), ("manufacturing_order", made["SHADE"])),
        ("CABLE", ("manufacturing_order", made["SHADE"]), ("purchase_order", bought.pk)),
    ]
    assert [(link.sku, link.demand, link.supply) for link in down] == steps
    assert [(link.sku, link.demand, link.supply) for link in up] == steps[::-1]
    assert {(link.quantity, link.late_days) for link in down} == {(4, 0)}
    with works.market.looking():
        assert trace_supplies([DocumentRef("sales_order", order)], limit=2) == down[:2]
