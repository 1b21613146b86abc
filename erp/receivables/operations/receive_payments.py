"""Payments from customers and what they settle."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, UnknownCode, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO, convert, round_half_up
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch, insert_rows
from erp.identity.queries import company_facts
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.judge_periods import find_closed
from erp.ledger.operations.post_entries import EntryDraft, ItemDraft, LineDraft, PostedEntry, credit, post_entries_for
from erp.ledger.operations.settle_items import SettlementDraft, settle_items
from erp.receivables.events import PaymentReceived
from erp.receivables.operations.lock_accounts import KEY
from erp.receivables.permissions import RECEIVE_PAYMENTS
from erp.receivables.rules import Allocation, Residual, allocate
from erp.reference.queries import NoExchangeRate, find_exchange_rates, is_currency, minor_units
from erp.treasury.models import Payment

_PAYERS = f"""
SELECT id, currency_id, pg_advisory_xact_lock({KEY})
FROM (SELECT id, currency_id FROM parties_party WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[]) ORDER BY id) p
"""  # noqa: S608
_BANKS = f"SELECT code, id, account_id FROM treasury_bankaccount WHERE company_id = {COMPANY} ORDER BY id"  # noqa: S608
_OPEN = f"""
SELECT id, party_id, currency_code, document_id, residual, company_residual, due_date FROM ledger_openitem
WHERE company_id = {COMPANY} AND party_id = ANY(%s::bigint[]) AND is_open AND residual > 0 AND kind = 'invoice'
ORDER BY id FOR UPDATE
"""  # noqa: S608
_HEAD = [
    "direction",
    "party_id",
    "bank_account_id",
    "date",
    "currency_code",
    "rate",
    "amount",
    "memo",
    "actor",
    "posted_at",
    "external_source",
    "external_ref",
]


@dataclass(frozen=True, kw_only=True)
class PaymentDraft:
    """Money received. Without `invoice_ids` the oldest open invoices in the same currency are settled first; what is
    left stays on the customer's account. Without `currency_code` it is the customer's currency."""

    customer_id: int
    amount: Decimal
    date: datetime.date
    currency_code: str | None = None
    bank_account: str = ""
    invoice_ids: Sequence[int] = ()
    memo: str = ""
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class PostedPayment:
    id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the payments of a set refer to. `residuals` are the open invoices of each (customer, currency), oldest due
    first; a missing rate has no entry."""

    currencies: dict[int, str]
    banks: dict[str, tuple[int, int]]
    rates: dict[tuple[str, datetime.date], Decimal]
    residuals: dict[tuple[int, str], dict[int, Residual]]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A payment with everything computed that its rows will store."""

    draft: PaymentDraft
    currency_code: str
    rate: Decimal
    bank_account_id: int
    ledger_account_id: int
    allocations: list[Allocation]
    company_amount: Decimal
    carried: Decimal


@operation(RECEIVE_PAYMENTS)
def receive_payments(*, payments: Sequence[PaymentDraft], actor: Actor, at: datetime.datetime) -> list[PostedPayment]:
    """Post payments and settle open invoices with them; realised exchange differences are booked with the payment."""
    company_currency = company_facts(actor.company_id).currency_code
    facts = _look_up(payments, company_currency)
    prefixes = [f"{i}." if len(payments) > 1 else "" for i in range(len(payments))]
    refusals = [r for p, prefix in zip(payments, prefixes, strict=True) for r in _refusals(p, prefix, facts)]
    if refusals:
        raise_refusals(refusals + _closed_days(payments, prefixes))
    planned = _plan(payments, facts, places=minor_units(company_currency))
    posted = _insert(planned, actor, at)
    bus.publish([event for p, plan in zip(posted, planned, strict=True) for event in _events(p, plan)], at=at)
    entries = post_entries_for(
        entries=[_entry(p, plan, company_currency) for p, plan in zip(posted, planned, strict=True)], actor=actor, at=at
    )
    settle_items(settlements=_settlements(planned, entries), actor=actor, at=at)
    return posted


def _look_up(payments: Sequence[PaymentDraft], company_currency: str) -> Facts:
    """Four statements for any number of payments; locks the customers' accounts, then the open invoices."""
    currencies = {row[0]: row[1] for row in fetch(_PAYERS, [sorted({p.customer_id for p in payments})])}
    banks = {row[0]: row[1:] for row in fetch(_BANKS)}
    residuals: dict[tuple[int, str], dict[int, Residual]] = {}
    by_due_date = sorted(fetch(_OPEN, [sorted(currencies)]), key=lambda row: (row[6], row[0]))
    for item_id, party_id, currency, invoice_id, amount, company_amount, _due in by_due_date:
        residuals.setdefault((party_id, currency), {})[invoice_id] = Residual(item_id, invoice_id, amount, company_amount)
    asked = {(c, p.date) for p in payments if is_currency(c := p.currency_code or currencies.get(p.customer_id, ""))}
    rates = find_exchange_rates(asked, company_currency=company_currency)
    return Facts(currencies=currencies, banks=banks, rates=rates, residuals=residuals)


def _closed_days(payments: Sequence[PaymentDraft], prefixes: Sequence[str]) -> list[BusinessRuleViolation]:
    """What the entries would be refused for, said beside what is wrong already."""
    closed = find_closed(payment.date for payment in payments)
    return [
        type(found)(field=f"{prefix}date", date=found.params["date"])
        for payment, prefix in zip(payments, prefixes, strict=True)
        if (found := closed.get(payment.date))
    ]


def _refusals(payment: PaymentDraft, prefix: str, facts: Facts) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    if payment.customer_id not in facts.currencies:
        found.append(UnknownCode(field=f"{prefix}customer", what=_("customer"), value=payment.customer_id))
    if payment.amount <= 0:
        rule = _("Enter an amount above zero.")
        found.append(InvalidValue(field=f"{prefix}amount", what=_("amount"), value=payment.amount, rule=rule))
    if payment.bank_account and payment.bank_account not in facts.banks:
        found.append(UnknownCode(field=f"{prefix}bank_account", what=_("bank account"), value=payment.bank_account))
    currency = payment.currency_code or facts.currencies.get(payment.customer_id)
    return found + _currency_refusals(payment, currency, prefix, facts) if currency else found


def _currency_refusals(payment: PaymentDraft, currency: str, prefix: str, facts: Facts) -> list[BusinessRuleViolation]:
    """What the currency forbids: that there is none of that name, no rate, no such fraction, no such open invoice."""
    if not is_currency(currency):
        return [UnknownCode(field=f"{prefix}currency", what=_("currency"), value=currency)]
    found: list[BusinessRuleViolation] = []
    if payment.amount != round_half_up(payment.amount, minor_units(currency)):
        rule = _("Use no more decimals than the currency has.")
        found.append(InvalidValue(field=f"{prefix}amount", what=_("amount"), value=payment.amount, rule=rule))
    if (currency, payment.date) not in facts.rates:
        found.append(NoExchangeRate.on(currency, payment.date, field=f"{prefix}currency"))
    open_invoices = facts.residuals.get((payment.customer_id, currency), {})
    missing = [i for i in payment.invoice_ids if i not in open_invoices]
    return found + [NotFound(field=f"{prefix}invoices", what=_("open invoice"), value=i) for i in missing]


def _plan(payments: Sequence[PaymentDraft], facts: Facts, *, places: int) -> list[Planned]:
    planned = []
    for payment in payments:
        currency = payment.currency_code or facts.currencies[payment.customer_id]
        open_invoices = facts.residuals.get((payment.customer_id, currency), {})
        chosen = [open_invoices[i] for i in payment.invoice_ids] or list(open_invoices.values())
        allocations = allocate(payment.amount, chosen, places=places)
        rate = facts.rates[currency, payment.date]
        rest = payment.amount - sum((a.amount for a in allocations), ZERO)
        bank = facts.banks[payment.bank_account] if payment.bank_account else next(iter(facts.banks.values()))
        planned.append(
            Planned(
                draft=payment,
                currency_code=currency,
                rate=rate,
                bank_account_id=bank[0],
                ledger_account_id=bank[1],
                allocations=allocations,
                company_amount=convert(payment.amount, rate, places),
                carried=sum((a.company_amount for a in allocations), ZERO) + convert(rest, rate, places),
            )
        )
    return planned


def _insert(planned: Sequence[Planned], actor: Actor, at: datetime.datetime) -> list[PostedPayment]:
    heads = [
        (
            Payment.Direction.IN,
            p.draft.customer_id,
            p.bank_account_id,
            p.draft.date,
            p.currency_code,
            p.rate,
            p.draft.amount,
            p.draft.memo,
            actor.name,
            at,
            p.draft.external_source,
            p.draft.external_ref,
        )
        for p in planned
    ]
    rows = insert_rows(Payment, _HEAD, heads, computed={"number": "documents_next_number('payment')"}, returning=["id", "number"])
    return [PostedPayment(*row) for row in rows]


def _events(payment: PostedPayment, plan: Planned) -> list[PaymentReceived]:
    def event(amount: Decimal, invoice_id: int | None) -> PaymentReceived:
        return PaymentReceived(
            id=payment.id,
            number=payment.number,
            status="received",
            customer_id=plan.draft.customer_id,
            amount=amount,
            currency=plan.currency_code,
            invoice_id=invoice_id,
            stems_from=DocumentRef("invoice", invoice_id) if invoice_id else None,
        )

    return [event(a.amount, a.invoice_id) for a in plan.allocations] or [event(plan.draft.amount, None)]


def _entry(payment: PostedPayment, plan: Planned, company_currency: str) -> EntryDraft:
    currency, party = plan.currency_code, plan.draft.customer_id
    difference = plan.company_amount - plan.carried
    return EntryDraft(
        journal=JournalEntry.Journal.BANK,
        date=plan.draft.date,
        document=DocumentRef("payment", payment.id),
        document_number=payment.number,
        memo=plan.draft.memo,
        lines=(
            LineDraft(
                account_id=plan.ledger_account_id,
                debit=plan.company_amount,
                party_id=party,
                currency_code=currency,
                currency_amount=plan.draft.amount,
            ),
            credit(AccountRole.RECEIVABLE, plan.carried, currency=currency, in_currency=plan.draft.amount, party_id=party),
            credit(AccountRole.EXCHANGE_DIFFERENCE, difference, currency=company_currency),
        ),
        opens=ItemDraft(
            role=AccountRole.RECEIVABLE,
            party_id=party,
            due_date=plan.draft.date,
            currency_code=currency,
            rate=plan.rate,
            amount=-plan.draft.amount,
            company_amount=-plan.carried,
        ),
    )


def _settlements(planned: Sequence[Planned], entries: Sequence[PostedEntry]) -> list[SettlementDraft]:
    return [
        SettlementDraft(
            debit_item_id=a.item_id,
            credit_item_id=entry.opened,
            amount=a.amount,
            debit_company_amount=a.company_amount,
            credit_company_amount=a.company_amount,
            date=plan.draft.date,
        )
        for plan, entry in zip(planned, entries, strict=True)
        for a in plan.allocations
    ]
