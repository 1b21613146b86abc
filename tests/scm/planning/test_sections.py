"""A net change nets of a component the buckets that changed; what earlier runs found of the others holds on."""

import datetime
from decimal import Decimal

from django.db.models import Sum

from erp.core.scope import company_scope
from scm.planning.models import Peg, PlanItem, PlanMessage, Proposal
from scm.planning.operations.run_plan import run_plan
from scm.planning.queries import project_item
from tests.support.books import differing
from tests.support.cast import AT, TODAY
from tests.support.factory import Factory

D = Decimal


def day(n: int) -> datetime.date:
    return TODAY + datetime.timedelta(days=n)


def sections(factory: Factory, run_id: int) -> dict[str, list[str] | None]:
    with company_scope(factory.making.trade.actor):
        return dict(PlanItem.objects.filter(run_id=run_id).values_list("product__sku", "buckets"))


def lots(factory: Factory, sku: str) -> list[tuple[datetime.date, Decimal]]:
    with company_scope(factory.making.trade.actor):
        rows = Proposal.objects.filter(product__sku=sku, state="open").order_by("need_date")
        return list(rows.values_list("need_date", "quantity"))


def test_one_bucket_of_two_is_netted_again(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.sell("30", days=20)
    factory.plan()
    factory.sell("5", days=20)
    run = factory.plan("HERON")
    assert sections(factory, run.id) == {
        "HERON": None,
        "SHADE": [str(day(18))],
        "BASE": [str(day(18))],
        "BULB": [str(day(18))],
        "FRAME": [str(day(17))],
        "FABRIC": None,  # half a metre a shade, bought by the metre: something is left over
    }
    assert lots(factory, "BULB") == [(day(8), D(80)), (day(18), D(70))]
    with company_scope(factory.making.trade.actor):
        item = PlanItem.objects.get(run_id=run.id, product__sku="BULB")
        assert (item.gross, item.net, item.planned) == (150, 150, 150)
        pegs = Peg.objects.filter(until_run=None, product__sku="BULB").values_list("bucket").annotate(total=Sum("quantity"))
        assert dict(pegs) == {day(8): 80, day(18): 70}
        projected = project_item(factory.ids["BULB"], warehouse_id=factory.making.trade.warehouse, today=TODAY)
        assert [(row.date, row.quantity, sum(q for _, q in row.pegged)) for row in projected] == [
            (day(8), 80, 80),
            (day(8), -80, 80),
            (day(18), 70, 70),
            (day(18), -70, 70),
        ]
    assert factory.plan().changed == 0
    assert differing(factory.making.trade.actor) == []


def test_an_order_that_is_gone_takes_its_bucket_along(factory: Factory) -> None:
    factory.sell("40", days=10)
    factory.plan()
    factory.sell("5", days=20)
    factory.plan("HERON")
    with company_scope(factory.making.trade.actor):
        heron = Proposal.objects.get(product__sku="HERON", need_date=day(20))
    factory.making.stock("45", "HERON")
    run = factory.plan("HERON")
    assert run.withdrawn == 12 and set(sections(factory, run.id)) == {"HERON", "SHADE", "BASE", "BULB", "FRAME", "FABRIC"}
    assert lots(factory, "FRAME") == []
    with company_scope(factory.making.trade.actor):
        assert not Peg.objects.filter(until_run=None, demand_kind="proposal", demand_id=heron.pk).exists()
    assert differing(factory.making.trade.actor) == []


def test_a_bucket_may_use_up_what_lies_there(factory: Factory) -> None:
    factory.making.stock("10", "SHADE")
    factory.sell("40", days=10)
    factory.plan()
    factory.sell("6", days=10)
    run = factory.plan("HERON")
    assert sections(factory, run.id)["SHADE"] == [str(day(8))] and lots(factory, "SHADE") == [(day(8), D(36))]
    with company_scope(factory.making.trade.actor):
        pegs = Peg.objects.filter(until_run=None, product__sku="SHADE").values_list("supply_kind").annotate(total=Sum("quantity"))
        assert dict(pegs) == {"stock": 10, "proposal": 36}
    assert factory.plan().changed == 0
    assert differing(factory.making.trade.actor) == []


def test_what_is_left_on_the_shelf_takes_the_whole_item(factory: Factory) -> None:
    factory.making.stock("10", "SHADE")
    factory.sell("4", days=10)
    factory.plan()
    factory.sell("5", days=20)
    run = factory.plan("HERON")
    found = sections(factory, run.id)
    assert found["SHADE"] is None and found["BASE"] == [str(day(18))] and "FRAME" not in found


def test_the_next_day_looks_at_everything_again(factory: Factory) -> None:
    trade = factory.making.trade
    factory.sell("40", days=10)
    factory.plan()
    factory.sell("5", days=20)
    with company_scope(trade.actor):
        tomorrow = AT + datetime.timedelta(days=1)
        run = run_plan(warehouse_id=trade.warehouse, product_ids=[factory.ids["HERON"]], actor=trade.actor, at=tomorrow)
    assert set(sections(factory, run.id).values()) == {None}


def test_what_was_said_of_other_buckets_is_still_told(factory: Factory) -> None:
    """Both orders come too late for the frames: each lot of them should have been begun already."""
    factory.sell("40", days=4)
    factory.sell("30", days=5)
    factory.plan()
    factory.sell("5", days=5)
    run = factory.plan("HERON")
    assert sections(factory, run.id)["FRAME"] == [str(day(2))]
    with company_scope(factory.making.trade.actor):
        late = PlanMessage.objects.filter(until_run=None, product__sku="FRAME", code="past_due").order_by("quantity")
        assert [(m.bucket, m.quantity) for m in late] == [(day(2), 35), (day(1), 40)]
