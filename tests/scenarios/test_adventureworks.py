"""A real factory: bills of five levels, 86 vendors with their limits, and an order of 3,000 bicycles that the stock cannot serve.

What the plan must come to is worked out here anew from the files, by a few lines that know nothing of the planner.
"""

import datetime
import os
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.save_quotations import save_quotations
from erp.core import clock
from erp.core.actor import Actor, system_actor
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.ledger.models import AccountRole
from erp.manufacturing.drafts import CompletionDraft
from erp.manufacturing.models import ManufacturingOrder
from erp.manufacturing.operations.complete_production import complete_production
from erp.parties.models import Party
from erp.purchasing.drafts import BillDraft, BillLineDraft, OrderReceipt, ReceivedLine
from erp.purchasing.filters import received_not_billed
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.sales.models import SalesOrder
from integration.datasets.adventureworks.loading import Loaded, load, product_ids
from integration.datasets.adventureworks.records import PACKS, Records, read
from integration.relay.drain import drain
from scm.planning.models import PlanItem, PlanRun
from tests.support.books import balance, differing
from tests.support.days import day_in

FOLDER = Path(os.environ.get("WEFT_SHARED", settings.BASE_DIR.parent / "shared")) / "data" / "adventureworks"
BIKES = (749, 771)
pytestmark = [
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the AdventureWorks files are not here"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def loaded(transactional_db: None) -> Loaded:
    return load(FOLDER)


def expected(records: Records, today: datetime.date, quantity: int) -> dict[int, tuple[int, int, int, int, int, int, str]]:
    """level, gross, on hand, safety, net, planned, how; all requirements fall into one bucket."""
    parts: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in records.bills:
        if row.assembly is not None and row.start <= today and (row.end is None or row.end >= today):
            parts[row.assembly].append((row.component, int(row.quantity)))
    level = dict.fromkeys(BIKES, 0)
    waiting = list(BIKES)
    while waiting:
        parent = waiting.pop()
        for component, _per in parts[parent]:
            if level.get(component, -1) < level[parent] + 1:
                level[component] = level[parent] + 1
                waiting.append(component)
    facts = {p.id: p for p in records.products}
    active = {v.id: v for v in records.vendors if v.active}
    gross = defaultdict(int, dict.fromkeys(BIKES, quantity))
    found = {}
    for product in sorted(level, key=lambda pk: level[pk]):
        here, safety = records.stock.get(product, 0), facts[product].safety_stock
        net = max(0, gross[product] + safety - here)
        made = facts[product].made and bool(parts[product])
        sources = [s for s in records.sources if s.product == product and s.vendor in active]

        def rank(s):  # type: ignore[no-untyped-def]
            return (not active[s.vendor].preferred, s.price / PACKS.get(s.unit, 1), s.lead_days, active[s.vendor].code)

        pack, least = 1, 0
        if not made and sources:
            best = min(sources, key=rank)
            pack = PACKS.get(best.unit, 1)
            least = best.minimum * pack
        planned = max(-(-net // pack) * pack, least) if net and (made or sources) else 0
        how = "make" if made else "buy" if sources else "none"
        found[product] = (level[product], gross[product], here, safety, net, planned, how)
        for component, per in parts[product] if made else ():
            gross[component] += planned * per
    return found


def sell(actor: Actor, quantity: int) -> int:
    """A quotation to a store for so many of both bicycles, accepted; its id."""
    at = clock.now()
    ids, today = product_ids(), day_in(actor.company_id, at)
    store = Party.objects.filter(is_customer=True).order_by("code")[0].pk
    lines = [QuotationLineDraft(product_id=ids[pk], quantity=Decimal(quantity)) for pk in BIKES]
    [saved] = save_quotations(quotations=[QuotationDraft(customer_id=store, date=today, lines=lines)], actor=actor, at=at)
    accept_quotations(quotation_ids=[saved.id], actor=actor, at=at)
    return saved.id


def supply(actor: Actor) -> int:
    """What suppliers and the operator do: deliver and bill what is issued, report what is in production; how much they did."""
    at = clock.now()
    today = day_in(actor.company_id, at)
    orders = list(PurchaseOrder.objects.filter(state="issued").order_by("id"))
    lines: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for line in PurchaseOrderLine.objects.filter(order__in=orders).order_by("order_id", "sequence"):
        lines[line.order_id].append(line)
    receipts = [
        OrderReceipt(
            order_id=o.pk, date=today, lines=[ReceivedLine(line_id=line.pk, arrived=line.quantity) for line in lines[o.pk]]
        )
        for o in orders
    ]
    if receipts:
        receive_orders(receipts=receipts, actor=actor, at=at)
        bills = [
            BillDraft(
                supplier_id=o.supplier_id,
                supplier_number=f"R-{o.number}",
                date=today,
                lines=[BillLineDraft(order_line_id=line.pk, quantity=line.entered_quantity) for line in lines[o.pk]],
            )
            for o in orders
        ]
        bill_orders(bills=bills, actor=actor, at=at)
    busy = list(ManufacturingOrder.objects.filter(state="in_progress"))
    done = [CompletionDraft(order_id=o.pk, good=o.quantity - o.completed - o.scrapped, date=today) for o in busy]
    if done:
        complete_production(completions=done, actor=actor, at=at)
    return len(orders) + len(busy)


def test_the_files_reconcile_and_a_second_load_changes_nothing(loaded: Loaded) -> None:
    assert loaded.reconciles, [row for row in loaded.control if row[1] != row[2]]
    assert {name: value for name, value, _weft in loaded.control}["value of stock"] == Decimal("20092679.11")
    again = load(FOLDER)
    assert again.reconciles and not again.loaded_now
    assert differing(system_actor(loaded.company.pk, "test")) == []
    with company_scope(system_actor(loaded.company.pk, "test"), read_only=True):
        assert not received_not_billed().exists()  # orders that are over are billed, nobody can bill them again


@pytest.mark.long
def test_three_thousand_bicycles_are_planned_bought_made_and_shipped_by_themselves(loaded: Loaded) -> None:
    actor = system_actor(loaded.company.pk, "test")
    quotation_id = run_unit(actor, lambda: sell(actor, 1500))
    drain()
    with company_scope(actor):
        run = PlanRun.objects.order_by("id").first()
        assert run is not None and run.kind == "net_change"
        names = {pk: ref for ref, pk in product_ids().items()}
        rows = PlanItem.objects.filter(run=run).values_list(
            "product_id", "level", "gross", "on_hand", "safety", "net", "planned", "planned_kind"
        )
        found = {names[pk]: (level, *(int(q) for q in figures), how) for pk, level, *figures, how in rows}
        assert found == expected(read(FOLDER), day_in(loaded.company.pk, run.at), 1500)
        planned = [row for row in found.values() if row[5]]
        assert (len(planned), sum(row[1] for row in planned), sum(row[5] for row in planned)) == (88, 1145645, 1123480)
        assert PurchaseOrder.objects.filter(external_source="").count() == 36
        assert PurchaseOrderLine.objects.filter(order__external_source="").count() == 7195
        assert sum(PurchaseOrder.objects.filter(external_source="").values_list("net", flat=True)) == Decimal("3322011.85")
        assert ManufacturingOrder.objects.count() == 34
    for _ in range(12):
        did = run_unit(actor, lambda: supply(actor))
        drain()
        if not did:
            break
    with company_scope(actor):
        assert SalesOrder.objects.get(source_kind="quotation", source_id=quotation_id).state == "invoiced"
        assert not ManufacturingOrder.objects.exclude(state="closed").exists()
        assert [balance(role) for role in (AccountRole.STOCK_CLEARING, AccountRole.PAYABLE, AccountRole.WORK_IN_PROGRESS)] == [
            0,
            0,
            0,
        ]
    assert differing(actor) == []
