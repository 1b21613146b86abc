"""The company and its masters: products and customers of very different weight, rules, opening stock."""

import datetime
import random
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.catalog.drafts import ProductDraft
from erp.catalog.models import Product
from erp.catalog.operations.save_products import save_products
from erp.core import clock
from erp.core.actor import Actor, system_actor
from erp.core.units import run_unit
from erp.inventory.models import Receipt, Warehouse
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.parties.drafts import PartyDraft
from erp.parties.models import Party
from erp.parties.operations.save_parties import save_parties
from integration.founding import CompanyPlan, found_company

CODE, ZONE = "million", "Asia/Shanghai"
RULE_LIMIT = Decimal(5_000)
SCARCE = 10
SETS = 1000


@dataclass(frozen=True)
class BigCompany:
    """Who acts, and what is traded. The last SCARCE products never have stock."""

    actor: Actor
    warehouse: int
    products: list[int]
    customers: list[int]
    supplier: int


def found_big_company(*, customers: int, products: int, years: int) -> BigCompany:
    """Found it with `years` of periods before this one, or find it."""
    at = clock.now()
    plan = CompanyPlan(
        code=CODE,
        name="Million",
        currency_code="CNY",
        time_zone=ZONE,
        country="CN",
        chart="china_enterprise",
        taxes=(("VAT13", "13 %", Decimal("0.13")),),
        warehouses=(("MAIN", "Main"),),
        first_year=at.year - years,
        last_year=at.year + 1,
    )
    company, _ = found_company(
        plan, at=at, then=lambda actor: _masters(actor, at, customers=customers, products=products, years=years)
    )
    actor = system_actor(company.pk, "bench")
    return run_unit(actor, lambda: _found(actor))


def _found(actor: Actor) -> BigCompany:
    parties = Party.objects.order_by("pk")
    return BigCompany(
        actor,
        Warehouse.objects.get().pk,
        list(Product.objects.order_by("pk").values_list("pk", flat=True)),
        list(parties.filter(is_customer=True).values_list("pk", flat=True)),
        parties.filter(is_supplier=True).values_list("pk", flat=True)[0],
    )


def _masters(actor: Actor, at: datetime.datetime, *, customers: int, products: int, years: int) -> None:
    dice = random.Random(11)
    by: dict[str, Any] = {"actor": actor, "at": at}
    prices = [Decimal(round(min(4000.0, dice.lognormvariate(3.2, 1.0)), 2)).quantize(Decimal("0.01")) for _ in range(products)]
    drafts = [
        ProductDraft(sku=f"P{i:05}", name=f"Product {i}", unit_code="PC", tax_code="VAT13", list_price=price)
        for i, price in enumerate(prices)
    ]
    ids = save_products(products=drafts, **by)
    parties = [
        PartyDraft(
            code=f"C{i:06}",
            name=_name(i, dice),
            is_customer=True,
            currency_code="CNY",
            payment_term_code="NET30",
            credit_limit=Decimal(10**9),
        )
        for i in range(customers)
    ]
    supplier = PartyDraft(code="S0001", name="Supplier", is_supplier=True, currency_code="CNY", payment_term_code="NET30")
    for i in range(0, customers, SETS):
        save_parties(parties=parties[i : i + SETS], **by)
    save_parties(parties=[supplier], **by)
    verbs = ("confirm", "reserve", "deliver", "invoice")
    start = datetime.date(at.year - years, 1, 1)
    _opening_stock(ids[: products - SCARCE], prices, start, by)
    save_rules(drafts=[RuleDraft(verb=v, name=v, valid_from_date=start, limit_amount=RULE_LIMIT) for v in verbs], **by)


def _name(i: int, dice: random.Random) -> str:
    firsts, trades = ("North", "Silver", "Jade", "River", "Summit", "Harbour"), ("Tools", "Foods", "Textiles", "Parts", "Paper")
    return f"{dice.choice(firsts)} {dice.choice(trades)} {i}"


def _opening_stock(products: list[int], prices: list[Decimal], date: datetime.date, by: dict[str, Any]) -> None:
    """Enough for all copies, and there before the first of them."""
    lines = [
        ReceiptLineDraft(
            product_id=pk, quantity=Decimal(50_000_000), unit_cost=(price * Decimal("0.6")).quantize(Decimal("0.01"))
        )
        for pk, price in zip(products, prices, strict=False)
    ]
    draft = ReceiptDraft(warehouse_id=Warehouse.objects.get().pk, date=date, purpose=Receipt.Purpose.OPENING, lines=lines)
    receive_goods(receipts=[draft], **by)
