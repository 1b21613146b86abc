"""The line once through, with the real operations and the real relay: what `verify` and the walls are tested on."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, connections

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.enter_orders import enter_orders
from crm.pipeline.operations.save_quotations import save_quotations
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core import clock
from erp.core.actor import Actor, system_actor
from erp.core.units import run_unit
from erp.identity.models import Company
from erp.inventory.models import Warehouse
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft, adjust_stock
from erp.inventory.operations.count_stock import CountDraft, FoundDraft, count_stock
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft, receive_goods
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.receivables.models import Invoice
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.reference.models import ExchangeRate
from erp.sales.models import Delivery
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from integration.relay.drain import drain
from tests.support.cast import found
from tests.support.days import day_in
from tests.support.story_factory import buy_and_make


@dataclass(frozen=True)
class Story:
    """A company in which business was done."""

    company: Company
    actor: Actor
    products: list[int]
    customers: list[int]


def tell(code: str = "acme") -> Story:
    """Two products and a service, a customer in company currency and one in another, receipts, a quotation accepted,
    orders entered directly (one delivered partly, one waiting with stock reserved, one above the limit of the rules),
    a payment that settles and one on account, goods that come back with and without an original and are credited by
    themselves, a price credited by hand, a count with a surplus and a shortage, a loss and a find; parts
    bought, lamps made, a plan accepted."""
    company = found(code)
    actor = system_actor(company.pk, "story")
    at = clock.now()
    today = day_in(company.pk, at)
    products, customers, warehouse = run_unit(actor, lambda: _masters(actor, at, today))
    one, two, service = products
    run_unit(actor, lambda: _receive(actor, at, today, warehouse, {one: ("10", "99.99"), two: ("7", "20.00")}))
    offer = QuotationDraft(customer_id=customers[0], date=today, lines=_lines({one: "3", two: "2", service: "1.5"}))
    [quotation] = run_unit(actor, lambda: save_quotations(quotations=[offer], actor=actor, at=at))
    run_unit(actor, lambda: accept_quotations(quotation_ids=[_id(quotation)], actor=actor, at=at))
    orders = [
        QuotationDraft(customer_id=customers[1], date=today, lines=_lines({one: "2"}), prices_include_tax=True),
        QuotationDraft(customer_id=customers[0], date=today, lines=_lines({one: "4", two: "50"}), partial_delivery=True),
        QuotationDraft(customer_id=customers[0], date=today, lines=_lines({two: "1000"})),
        QuotationDraft(customer_id=customers[0], date=today, lines=_lines({one: "3", two: "30"})),
    ]
    run_unit(actor, lambda: enter_orders(orders=orders, actor=actor, at=at))
    drain()
    run_unit(actor, lambda: _receive(actor, at, today, warehouse, {two: ("5", "30.01")}))
    drain()
    payments = [
        PaymentDraft(customer_id=customers[0], amount=Decimal("50.00"), date=today),
        PaymentDraft(customer_id=customers[1], amount=Decimal("1000.00"), date=today),
    ]
    run_unit(actor, lambda: receive_payments(payments=payments, actor=actor, at=at))
    run_unit(actor, lambda: _receive(actor, at, today, warehouse, {one: ("6", "61.00")}))
    run_unit(actor, lambda: _return(actor, at, today, warehouse, one, customers[0]))
    drain()
    run_unit(actor, lambda: _credit_price(actor, at))
    counted = CountDraft(warehouse_id=warehouse, date=today, found=[FoundDraft(one, Decimal(5)), FoundDraft(two, Decimal(60))])
    run_unit(actor, lambda: count_stock(counts=[counted], actor=actor, at=at))
    run_unit(actor, lambda: adjust_stock(adjustments=_adjustments(warehouse, two, today), actor=actor, at=at))
    buy_and_make(actor, at, warehouse)
    drain()
    return Story(company, actor, products, customers)


def _masters(actor: Actor, at: datetime.datetime, today: datetime.date) -> tuple[list[int], list[int], int]:
    ExchangeRate.objects.create(currency_id="USD", valid_from_date=datetime.date(2025, 1, 1), rate=Decimal("0.9123456789"))
    common: dict[str, Any] = {"unit_code": "M", "tax_code": "STD"}  # by the metre, so that four tenths can come back
    products = save_products(
        products=[
            ProductDraft(sku="P1", name="First", list_price=Decimal("19.99"), **common),
            ProductDraft(sku="P2", name="Second", list_price=Decimal("4.45"), **common),
            ProductDraft(sku="S1", name="Service", kind="service", list_price=Decimal("33.33"), **common | {"unit_code": "H"}),
        ],
        actor=actor,
        at=at,
    )
    party: dict[str, Any] = {"is_customer": True, "payment_term_code": "NET30"}
    customers = save_parties(
        parties=[
            PartyDraft(code="C1", name="Customer one", currency_code="EUR", **party),
            PartyDraft(code="C2", name="Customer two", currency_code="USD", **party),
        ],
        actor=actor,
        at=at,
    )
    verbs = ("confirm", "reserve", "deliver", "invoice", "credit")
    rules = [RuleDraft(verb=v, name=v, valid_from_date=datetime.date(2025, 1, 1), limit_amount=Decimal(1000)) for v in verbs]
    save_rules(drafts=rules, actor=actor, at=at)
    return products, customers, Warehouse.objects.get().pk


def _return(actor: Actor, at: datetime.datetime, today: datetime.date, warehouse: int, product: int, customer: int) -> None:
    """A delivery comes back partly and in the end wholly, another wholly, and goods that nobody knows of."""
    first, second = Delivery.objects.filter(invoice__isnull=False).order_by("pk")[:2]
    backs = [_back(first, Decimal("0.4")), _back(first, Decimal("0.6")), _back(second, Decimal(1))]
    return_goods(returns=backs, actor=actor, at=at)
    stranger = ReturnLineDraft(product_id=product, quantity=Decimal(2), unit_price=Decimal("3.33"))
    draft = ReturnDraft(date=today, reason="other", customer_id=customer, warehouse_id=warehouse, lines=[stranger])
    return_goods(returns=[draft], actor=actor, at=at)


def _back(delivery: Delivery, part: Decimal) -> ReturnDraft:
    """A part of what was delivered; of whole pieces, whole pieces."""

    def share(quantity: Decimal) -> Decimal:
        return quantity * part if quantity % 1 else (quantity * part).quantize(Decimal(1))

    lines = [ReturnLineDraft(delivery_line_id=line.pk, quantity=share(line.quantity)) for line in delivery.lines.all()]
    return ReturnDraft(delivery_id=delivery.pk, date=delivery.date, reason="damaged", lines=lines)


def _credit_price(actor: Actor, at: datetime.datetime) -> None:
    invoice = Invoice.objects.filter(credit_notes__isnull=True).order_by("pk").first()
    assert invoice is not None
    line = CreditLineDraft(invoice_line_id=invoice.lines.order_by("sequence").first().pk, amount=Decimal("1.11"))  # type: ignore[union-attr]
    note = CreditNoteDraft(date=invoice.date, invoice_id=invoice.pk, lines=[line], memo="Too dear")
    post_credit_notes(notes=[note], actor=actor, at=at)


def _receive(
    actor: Actor, at: datetime.datetime, today: datetime.date, warehouse: int, goods: dict[int, tuple[str, str]]
) -> None:
    lines = [ReceiptLineDraft(product_id=p, quantity=Decimal(q), value=Decimal(v)) for p, (q, v) in goods.items()]
    receive_goods(receipts=[ReceiptDraft(warehouse_id=warehouse, date=today, lines=lines)], actor=actor, at=at)


def _adjustments(warehouse: int, product: int, today: datetime.date) -> list[AdjustmentDraft]:
    lines = [AdjustmentLineDraft(product_id=product, quantity=Decimal(1))]
    return [AdjustmentDraft(warehouse_id=warehouse, date=today, reason=reason, lines=lines) for reason in ("damaged", "found")]


def _lines(quantities: dict[int, str]) -> list[QuotationLineDraft]:
    return [QuotationLineDraft(product_id=product, quantity=Decimal(quantity)) for product, quantity in quantities.items()]


def _id(saved: Any) -> int:
    return saved if isinstance(saved, int) else saved.id


def superuser() -> psycopg.Connection[Any]:
    """Above policies and grants, in the test database."""
    return psycopg.connect(settings.DATABASE_ADMIN_URL, dbname=connections["default"].settings_dict["NAME"], autocommit=True)


def forget_numbers(admin: psycopg.Connection[Any]) -> None:
    """The number sequences of companies that are gone, so that one with the same id begins at 1 again."""
    found = admin.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = 'numbers'").fetchall()
    if found:
        admin.execute(b"DROP SEQUENCE " + b", ".join(f'numbers."{name}"'.encode() for (name,) in found))


def empty_all_tables() -> None:
    """What a module-wide story leaves behind, gone: for fixtures that outlive one test. Ids go on: the numbers of a company
    come from sequences named by its id, and facts of companies are kept for good."""
    names = ", ".join(f'"{name}"' for name in connection.introspection.django_table_names(only_existing=True))
    with superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(f"TRUNCATE {names} CASCADE".encode())
        forget_numbers(admin)


@contextmanager
def without_checks(admin: psycopg.Connection[Any], table: str) -> Iterator[None]:
    """The table without its CHECK constraints; whoever corrupts a row puts it right again before the end."""
    found = admin.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'", [table]
    ).fetchall()
    for name, _ in found:
        admin.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'.encode())
    try:
        yield
    finally:
        for name, definition in found:
            admin.execute(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {definition}'.encode())
