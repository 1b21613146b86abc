"""The one posting of payments, received or paid: money, what it settles, and the books, for receivables and payables."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, raise_refusals
from erp.core.events import DocumentRef, Event
from erp.core.money import ZERO, convert, round_half_up, too_large
from erp.core.rows import COMPANY, fetch, insert_rows
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.judge_periods import find_closed
from erp.ledger.operations.post_entries import EntryDraft, ItemDraft, LineDraft, PostedEntry, credit, post_entries_for
from erp.ledger.operations.settle_items import SettlementDraft, settle_items
from erp.ledger.rules import Allocation, Residual, allocate
from erp.reference.queries import NoExchangeRate, find_exchange_rates, is_currency, minor_units
from erp.treasury.models import Payment

# The bank accounts, as columns of the statement that reads the parties.
_BANKS = ", ".join(
    f"ARRAY(SELECT {column} FROM treasury_bankaccount WHERE company_id = {COMPANY} ORDER BY id)"  # noqa: S608
    for column in ("code", "id", "account_id")
)
_OPEN = f"""
SELECT id, party_id, currency_code, document_id, abs(residual), abs(company_residual), due_date FROM ledger_openitem
WHERE company_id = {COMPANY} AND party_id = ANY(%s::bigint[]) AND is_open AND kind = %s AND sign(residual) = %s
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
class MoneyDraft:
    """Money of a party. Without `document_ids` its oldest open documents in the same currency are settled first; what is
    left stays on its account. Without `currency_code` it is the party's currency."""

    party_id: int
    amount: Decimal
    date: datetime.date
    currency_code: str | None = None
    bank_account: str = ""
    document_ids: Sequence[int] = ()
    memo: str = ""
    external_source: str = ""
    external_ref: str = ""


@dataclass(frozen=True)
class PostedPayment:
    id: int
    number: str


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What became of a payment, or of its part that settled the document (None: nothing was open, it stays on account)."""

    payment: PostedPayment
    party_id: int
    amount: Decimal
    currency: str
    document_id: int | None


@dataclass(frozen=True, kw_only=True)
class PaymentKind:
    """Whose money it is and what it settles: open items of the kind `settles`, which are positive where money comes in
    (`sign` 1) and negative where it goes out (-1). `role` is the party's account, `account_lock` the SQL of its lock,
    `is_party` the column that says whose role it is to pay or be paid, `stranger` the refusal of anybody else. `party` is the
    field that refusals name, with its word; `documents` that of what is settled, of which `not_open` refuses those that
    are not open in the currency, by field. `event` tells what happened."""

    direction: Payment.Direction
    sign: int
    role: AccountRole
    settles: str
    account_lock: str
    party: tuple[str, object]
    is_party: str
    stranger: type[BusinessRuleViolation]
    documents: str
    not_open: Callable[[Mapping[str, int], str], list[BusinessRuleViolation]]
    event: Callable[[Settled], Event]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the payments of a set refer to. `residuals` are the open documents of each (party, currency), oldest due
    first; a missing rate has no entry. `strangers` are the names of parties whose role it is not."""

    currencies: dict[int, str]
    strangers: dict[int, str]
    banks: dict[str, tuple[int, int]]
    rates: dict[tuple[str, datetime.date], Decimal]
    residuals: dict[tuple[int, str], dict[int, Residual]]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A payment with everything computed that its rows will store."""

    draft: MoneyDraft
    currency_code: str
    rate: Decimal
    bank_account_id: int
    ledger_account_id: int
    allocations: list[Allocation]
    company_amount: Decimal
    carried: Decimal


def post_payments_for(
    *, kind: PaymentKind, payments: Sequence[MoneyDraft], actor: Actor, at: datetime.datetime
) -> list[PostedPayment]:
    """Post payments and settle open documents with them, for operations whose own permission was checked; realised
    exchange differences are booked with the payment. All refusals of the set come at once."""
    company_currency = company_facts(actor.company_id).currency_code
    facts = _look_up(kind, payments, company_currency)
    prefixes = [f"{i}." if len(payments) > 1 else "" for i in range(len(payments))]
    refusals = future_refusals([payment.date for payment in payments], actor=actor, at=at)
    for payment, prefix in zip(payments, prefixes, strict=True):
        refusals += _refusals(kind, payment, prefix, facts)
    if refusals:
        raise_refusals(refusals + _closed_days(payments, prefixes))
    planned = _plan(payments, facts, places=minor_units(company_currency))
    posted = _insert(kind, planned, actor, at)
    bus.publish([kind.event(s) for p, plan in zip(posted, planned, strict=True) for s in _settled(p, plan)], at=at)
    entries = post_entries_for(
        entries=[_entry(kind, p, plan, company_currency) for p, plan in zip(posted, planned, strict=True)], actor=actor, at=at
    )
    settle_items(settlements=_settlements(kind, planned, entries), actor=actor, at=at)
    return posted


def _look_up(kind: PaymentKind, payments: Sequence[MoneyDraft], company_currency: str) -> Facts:
    """Two statements for any number of payments, one more for foreign currencies; locks the parties' accounts, then the open
    documents."""
    rows = fetch(_parties(kind), [sorted({p.party_id for p in payments})])
    banks = {code: (pk, account) for code, pk, account in zip(*rows[0][-3:], strict=True)}
    parties = [row for row in rows if row[0] is not None]
    currencies, strangers = {row[0]: row[1] for row in parties}, {row[0]: row[2] for row in parties if row[2] is not None}
    residuals: dict[tuple[int, str], dict[int, Residual]] = {}
    found = fetch(_OPEN, [sorted(currencies), kind.settles, kind.sign])
    for item_id, party_id, currency, document_id, amount, company_amount, _due in sorted(found, key=lambda row: (row[6], row[0])):
        residuals.setdefault((party_id, currency), {})[document_id] = Residual(item_id, document_id, amount, company_amount)
    asked = {(c, p.date) for p in payments if is_currency(c := p.currency_code or currencies.get(p.party_id, ""))}
    rates = find_exchange_rates(asked, company_currency=company_currency)
    return Facts(currencies=currencies, strangers=strangers, banks=banks, rates=rates, residuals=residuals)


def _closed_days(payments: Sequence[MoneyDraft], prefixes: Sequence[str]) -> list[BusinessRuleViolation]:
    """What the entries would be refused for, said beside what is wrong already."""
    closed = find_closed(payment.date for payment in payments)
    return [
        type(found)(field=f"{prefix}date", date=found.params["date"])
        for payment, prefix in zip(payments, prefixes, strict=True)
        if (found := closed.get(payment.date))
    ]


def _parties(kind: PaymentKind) -> str:
    """A row without a party where there is none, so that the bank accounts are known all the same."""
    return f"""
SELECT id, currency_id, CASE WHEN NOT {kind.is_party} THEN name END, pg_advisory_xact_lock({kind.account_lock}), {_BANKS}
FROM (VALUES (1)) AS one LEFT JOIN (
    SELECT id, currency_id, {kind.is_party}, name FROM parties_party
    WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[]) ORDER BY id
) p ON true
"""  # noqa: S608


def _refusals(kind: PaymentKind, payment: MoneyDraft, prefix: str, facts: Facts) -> list[BusinessRuleViolation]:
    found: list[BusinessRuleViolation] = []
    field, what = kind.party
    if payment.party_id not in facts.currencies:
        found.append(UnknownCode(field=f"{prefix}{field}", what=what, value=payment.party_id))
    if payment.party_id in facts.strangers:
        found.append(kind.stranger(field=f"{prefix}{field}", party=facts.strangers[payment.party_id]))
    if payment.amount <= 0:
        rule = _("Enter an amount above zero.")
        found.append(InvalidValue(field=f"{prefix}amount", what=_("amount"), value=payment.amount, rule=rule))
    if payment.bank_account and payment.bank_account not in facts.banks:
        found.append(UnknownCode(field=f"{prefix}bank_account", what=_("bank account"), value=payment.bank_account))
    currency = payment.currency_code or facts.currencies.get(payment.party_id)
    return found + _currency_refusals(kind, payment, currency, prefix, facts) if currency else found


def _currency_refusals(
    kind: PaymentKind, payment: MoneyDraft, currency: str, prefix: str, facts: Facts
) -> list[BusinessRuleViolation]:
    """What the currency forbids: that there is none of that name, no rate, no such fraction, no such open document."""
    if not is_currency(currency):
        return [UnknownCode(field=f"{prefix}currency", what=_("currency"), value=currency)]
    found: list[BusinessRuleViolation] = []
    if payment.amount != round_half_up(payment.amount, minor_units(currency)):
        rule = _("Use no more decimals than the currency has.")
        found.append(InvalidValue(field=f"{prefix}amount", what=_("amount"), value=payment.amount, rule=rule))
    if (currency, payment.date) not in facts.rates:
        found.append(NoExchangeRate.on(currency, payment.date, field=f"{prefix}currency"))
    elif too_large(payment.amount, facts.rates[currency, payment.date]):
        rule = _("Enter a smaller number.")
        found.append(InvalidValue(field=f"{prefix}amount", what=_("amount"), value=payment.amount, rule=rule))
    open_documents = facts.residuals.get((payment.party_id, currency), {})
    missing = {f"{prefix}{kind.documents}.{i}": pk for i, pk in enumerate(payment.document_ids) if pk not in open_documents}
    return found + kind.not_open(missing, currency)


def _plan(payments: Sequence[MoneyDraft], facts: Facts, *, places: int) -> list[Planned]:
    planned = []
    for payment in payments:
        currency = payment.currency_code or facts.currencies[payment.party_id]
        open_documents = facts.residuals.get((payment.party_id, currency), {})
        chosen = [open_documents[i] for i in payment.document_ids] or list(open_documents.values())
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


def _insert(kind: PaymentKind, planned: Sequence[Planned], actor: Actor, at: datetime.datetime) -> list[PostedPayment]:
    heads = [
        (
            kind.direction,
            p.draft.party_id,
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


def _settled(payment: PostedPayment, plan: Planned) -> list[Settled]:
    parts: list[tuple[Decimal, int | None]] = [(a.amount, a.document_id) for a in plan.allocations]
    return [
        Settled(
            payment=payment,
            party_id=plan.draft.party_id,
            amount=amount,
            currency=plan.currency_code,
            document_id=document_id,
        )
        for amount, document_id in parts or [(plan.draft.amount, None)]
    ]


def _entry(kind: PaymentKind, payment: PostedPayment, plan: Planned, company_currency: str) -> EntryDraft:
    """The bank against the party's account, at what the settled items are carried at; the rest is exchange difference."""
    currency, party, sign = plan.currency_code, plan.draft.party_id, kind.sign
    amount, carried = sign * plan.draft.amount, sign * plan.carried
    return EntryDraft(
        journal=JournalEntry.Journal.BANK,
        date=plan.draft.date,
        document=DocumentRef("payment", payment.id),
        document_number=payment.number,
        memo=plan.draft.memo,
        lines=(
            LineDraft(
                account_id=plan.ledger_account_id,
                debit=plan.company_amount if sign > 0 else ZERO,
                credit=plan.company_amount if sign < 0 else ZERO,
                party_id=party,
                currency_code=currency,
                currency_amount=amount,
            ),
            credit(kind.role, carried, currency=currency, in_currency=amount, party_id=party),
            credit(AccountRole.EXCHANGE_DIFFERENCE, sign * plan.company_amount - carried, currency=company_currency),
        ),
        opens=ItemDraft(
            role=kind.role,
            party_id=party,
            due_date=plan.draft.date,
            currency_code=currency,
            rate=plan.rate,
            amount=-amount,
            company_amount=-carried,
        ),
    )


def _settlements(kind: PaymentKind, planned: Sequence[Planned], entries: Sequence[PostedEntry]) -> list[SettlementDraft]:
    return [
        SettlementDraft(
            debit_item_id=a.item_id if kind.sign > 0 else entry.opened,
            credit_item_id=entry.opened if kind.sign > 0 else a.item_id,
            amount=a.amount,
            debit_company_amount=a.company_amount,
            credit_company_amount=a.company_amount,
            date=plan.draft.date,
        )
        for plan, entry in zip(planned, entries, strict=True)
        for a in plan.allocations
    ]
