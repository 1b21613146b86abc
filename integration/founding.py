"""Founding a company: everything its first document needs, across the suites."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from erp.core.actor import Actor, system_actor
from erp.core.rows import fetch, insert_rows
from erp.core.units import run_unit
from erp.documents.operations.create_series import SeriesPlan, create_series
from erp.identity.models import Company
from erp.inventory.models import Warehouse
from erp.ledger.models import AccountRole, PostingAccount
from erp.ledger.operations.set_up_books import set_up_books
from erp.reference.models import Currency, PaymentTerm, TaxCode, Unit
from erp.treasury.models import BankAccount

CURRENCIES = [
    ("AUD", "Australian dollar", 2),
    ("CAD", "Canadian dollar", 2),
    ("CHF", "Swiss franc", 2),
    ("CNY", "Renminbi", 2),
    ("EUR", "Euro", 2),
    ("GBP", "Pound sterling", 2),
    ("HKD", "Hong Kong dollar", 2),
    ("JPY", "Yen", 0),
    ("KWD", "Kuwaiti dinar", 3),
    ("SGD", "Singapore dollar", 2),
    ("TWD", "New Taiwan dollar", 2),
    ("USD", "US dollar", 2),
]
SERIES = [
    SeriesPlan("opportunity", "OP-"),
    SeriesPlan("quotation", "QU-"),
    SeriesPlan("sales_order", "SO-"),
    SeriesPlan("delivery", "DN-"),
    SeriesPlan("sales_return", "SR-"),
    SeriesPlan("invoice", "INV-", gapless=True),
    SeriesPlan("credit_note", "CN-", gapless=True),
    SeriesPlan("payment", "PAY-"),
    SeriesPlan("receipt", "GR-"),
    SeriesPlan("stock_count", "SC-"),
    SeriesPlan("stock_adjustment", "SA-"),
    SeriesPlan("journal_entry", "JE-", padding=8),
    SeriesPlan("agreement", "AG-"),
    SeriesPlan("requisition", "PR-"),
    SeriesPlan("purchase_order", "PO-"),
    SeriesPlan("delivery_advice", "ASN-"),
    SeriesPlan("purchase_return", "RT-"),
    SeriesPlan("vendor_bill", "VB-"),
    SeriesPlan("manufacturing_order", "MO-"),
    SeriesPlan("production_issue", "MI-"),
    SeriesPlan("production_completion", "MC-"),
    SeriesPlan("plan_run", "PL-"),
    SeriesPlan("proposal", "PP-"),
    SeriesPlan("approval", "AP-"),
]
UNITS = [
    ("PC", "Piece", "count", 1, 1, 0),
    ("DZ", "Dozen", "count", 12, 1, 0),
    ("KG", "Kilogram", "mass", 1, 1, 6),
    ("G", "Gram", "mass", 1, 1000, 3),
    ("H", "Hour", "time", 1, 1, 6),
    ("M", "Metre", "length", 1, 1, 6),
    ("CM", "Centimetre", "length", 1, 100, 4),
]
TERMS = [("NET0", "Due at once", 0), ("NET14", "14 days", 14), ("NET30", "30 days", 30), ("NET60", "60 days", 60)]


@dataclass(frozen=True, kw_only=True)
class CompanyPlan:
    """What to found. `taxes` are (code, name, rate); the first is the default of products."""

    code: str
    name: str
    currency_code: str
    time_zone: str
    country: str
    chart: str
    taxes: tuple[tuple[str, str, Decimal], ...]
    warehouses: tuple[tuple[str, str], ...]
    first_year: int
    last_year: int


def found_company(
    plan: CompanyPlan, *, at: datetime.datetime, then: Callable[[Actor], None] | None = None
) -> tuple[Company, bool]:
    """Create the company, or return the one that is already there. The flag says whether it is new.

    `then` runs in the same unit of work, so that a half-founded company never exists.
    """
    existing = Company.objects.filter(code=plan.code).first()
    if existing:
        return existing, False
    Currency.objects.bulk_create([Currency(code=c, name=n, minor_units=m) for c, n, m in CURRENCIES], ignore_conflicts=True)
    [(company_id,)] = fetch("SELECT nextval(pg_get_serial_sequence('identity_company', 'id'))")
    company = Company(
        pk=company_id,
        code=plan.code,
        name=plan.name,
        currency_code=plan.currency_code,
        time_zone=plan.time_zone,
        country=plan.country,
        created_at=at,
    )
    actor = system_actor(company_id, "founding")

    def found() -> None:
        company.save(force_insert=True)
        _reference_data(plan)
        if then:
            then(actor)

    run_unit(actor, found)
    return company, True


def _reference_data(plan: CompanyPlan) -> None:
    start = datetime.date(plan.first_year, 1, 1)
    create_series(SERIES)
    insert_rows(Unit, ["code", "name", "dimension", "numerator", "denominator", "decimals"], UNITS)
    insert_rows(PaymentTerm, ["code", "name", "days"], TERMS)
    insert_rows(TaxCode, ["code", "name", "rate", "valid_from_date"], [(*tax, start) for tax in plan.taxes])
    insert_rows(Warehouse, ["code", "name"], plan.warehouses)
    set_up_books(chart=plan.chart, first_year=plan.first_year, last_year=plan.last_year)
    bank = PostingAccount.objects.get(role=AccountRole.BANK)
    insert_rows(BankAccount, ["code", "name", "account_id"], [("BANK", "Bank", bank.account_id)])
