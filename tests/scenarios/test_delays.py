"""What comes late moves production and promises, tells who has to know, and moves them back when it comes in time after all."""

import datetime

import pytest

from erp.automation.models import ExceptionItem
from erp.automation.queries import sentence_of
from erp.manufacturing.models import ManufacturingOrder
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.operations.promise_orders import OrderPromise, promise_orders
from integration.relay.drain import drain
from integration.thread.queries import order_thread
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

    works.advise(bought.pk, days=16)
    drain()
    assert works.promises_of(bought.pk) == (17, 16) and works.promised(order) == (20, 20)
    assert inbox(works) == []
    assert "0 differ" in verify()
