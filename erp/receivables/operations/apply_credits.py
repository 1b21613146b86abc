"""Money on account and credit notes settle open invoices."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, UnknownCode, raise_refusals
from erp.core.events import DocumentRef
from erp.core.money import ZERO, plain, round_half_up
from erp.core.operation import operation
from erp.core.rows import COMPANY, fetch
from erp.documents.operations.judge_days import future_refusals
from erp.identity.queries import company_facts
from erp.ledger.models import AccountRole
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.lock_accounts import share_accounts
from erp.ledger.operations.post_entries import EntryDraft, credit, debit, post_entries_for
from erp.ledger.operations.settle_items import SettlementDraft, settle_items
from erp.ledger.rules import Match, Residual, match, match_all
from erp.receivables.errors import MoreThanBothOpen, NotAPair, NothingToApply
from erp.receivables.events import CreditApplied
from erp.receivables.permissions import APPLY_CREDITS
from erp.receivables.queries import numbers_of_invoices, numbers_of_items
from erp.reference.queries import minor_units

_CUSTOMERS = f"SELECT id, name FROM parties_party WHERE company_id = {COMPANY} AND id = ANY(%s::bigint[])"  # noqa: S608
# Open receivables of the customers, of each currency in which there is something on both sides.
_OPEN = f"""
WITH account AS (SELECT account_id AS id FROM ledger_postingaccount WHERE company_id = {COMPANY} AND role = 'receivable')
SELECT i.id, i.party_id, i.currency_code, i.kind, i.document_id, i.document_number, i.date, i.due_date, i.residual,
       i.company_residual
FROM ledger_openitem i
WHERE i.company_id = {COMPANY} AND i.party_id = ANY(%s::bigint[]) AND i.is_open
  AND (i.residual < 0 OR i.kind = 'invoice') AND i.account_id = (SELECT id FROM account)
  AND EXISTS (SELECT 1 FROM ledger_openitem c
              WHERE c.company_id = {COMPANY} AND c.party_id = i.party_id AND c.currency_code = i.currency_code
                AND c.is_open AND c.residual < 0 AND c.account_id = i.account_id)
ORDER BY i.id FOR UPDATE OF i
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class CreditPair:
    """A credit (the id of its open item) and an invoice; without an amount, as much as both have."""

    credit_item_id: int
    invoice_id: int
    amount: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class CreditDraft:
    """Apply a customer's credits: the `pairs` named; or the `credit_item_ids` named, else every credit, oldest first,
    to open invoices in the same currency, oldest due first.

    Settlements are dated `date`, but never before either item; without it, the day on which both were there.
    `if_any`: having nothing to apply is no refusal.
    """

    customer_id: int
    date: datetime.date | None = None
    credit_item_ids: Sequence[int] = ()
    pairs: Sequence[CreditPair] = ()
    if_any: bool = False


@dataclass(frozen=True)
class AppliedCredit:
    """What was settled: `amount` of the credit, in the currency of both."""

    credit_item_id: int
    credit_number: str
    invoice_id: int
    invoice_number: str
    amount: Decimal


@dataclass(frozen=True)
class OpenReceivable:
    """A locked open item; `left` is what the set has not used yet, above zero on both sides."""

    id: int
    customer_id: int
    currency_code: str
    kind: str
    document_id: int
    number: str
    date: datetime.date
    due_date: datetime.date
    is_credit: bool
    left: Residual


@dataclass
class Facts:
    """What a set is about: names of the customers, open items by id, item of each invoice, and what was matched so far."""

    names: dict[int, str]
    items: dict[int, OpenReceivable]
    invoices: dict[int, int]
    places: int
    settled: list[tuple[Match, datetime.date]] = field(default_factory=list)

    def has_credit(self, item_id: int, customer_id: int) -> bool:
        item = self.items.get(item_id)
        return item is not None and item.is_credit and item.customer_id == customer_id

    def find_invoice(self, invoice_id: int) -> OpenReceivable | None:
        """The open item of an invoice, if it was locked."""
        return self.items.get(self.invoices.get(invoice_id, 0))

    def of(self, customer_id: int, *, is_credit: bool, among: Sequence[int] = ()) -> dict[str, list[OpenReceivable]]:
        """The customer's credits or debits by currency, oldest due first."""
        found: dict[str, list[OpenReceivable]] = {}
        for item in sorted(self.items.values(), key=lambda item: (item.due_date, item.id)):
            if item.customer_id == customer_id and item.is_credit == is_credit and (not among or item.id in among):
                found.setdefault(item.currency_code, []).append(item)
        return found


@operation(APPLY_CREDITS)
def apply_credits(*, credits: Sequence[CreditDraft], actor: Actor, at: datetime.datetime) -> list[AppliedCredit]:
    """Settle open invoices with the customers' credits; a realised exchange difference is booked as payments do.

    Seven statements for any number. Refuses an unknown customer, a pair that is none, more than is open, and, unless
    the draft says `if_any`, a customer with nothing to apply.
    """
    facts = _look_up(credits, minor_units(company_facts(actor.company_id).currency_code))
    refusals = future_refusals([draft.date for draft in credits], actor=actor, at=at)
    for i, draft in enumerate(credits):
        refusals += _plan(draft, f"{i}." if len(credits) > 1 else "", facts)
    raise_refusals(refusals)
    if not facts.settled:
        return []
    bus.publish([_event(found, facts) for found, _date in facts.settled], at=at)
    differing = [(found, date) for found, date in facts.settled if found.difference]
    post_entries_for(entries=[_entry(found, date, facts) for found, date in differing], actor=actor, at=at)
    settle_items(settlements=[_settlement(found, date) for found, date in facts.settled], actor=actor, at=at)
    return [_applied(found, facts) for found, _date in facts.settled]


def _look_up(credits: Sequence[CreditDraft], places: int) -> Facts:
    """Locks the customers' accounts, then their open items where a credit meets a debit."""
    customers = sorted({draft.customer_id for draft in credits})
    names = dict(fetch(_CUSTOMERS, [customers]))
    share_accounts(names)
    items = {}
    for id_, customer, currency, kind, document, number, date, due, residual, company_residual in fetch(_OPEN, [sorted(names)]):
        left = Residual(id_, document, abs(residual), abs(company_residual))
        items[id_] = OpenReceivable(id_, customer, currency, kind, document, number, date, due, residual < 0, left)
    invoices = {item.document_id: item.id for item in items.values() if not item.is_credit}
    return Facts(names, items, invoices, places)


def _plan(draft: CreditDraft, prefix: str, facts: Facts) -> list[BusinessRuleViolation]:
    """Match the draft's items and note what is settled; or say why not."""
    if draft.customer_id not in facts.names:
        return [UnknownCode(field=f"{prefix}customer", what=_("customer"), value=draft.customer_id)]
    before = len(facts.settled)
    if draft.pairs:
        refusals = [r for i, pair in enumerate(draft.pairs) for r in _plan_pair(draft, pair, f"{prefix}pairs.{i}", facts)]
        if refusals:
            return refusals
    elif missing := [i for i in draft.credit_item_ids if not facts.has_credit(i, draft.customer_id)]:
        return [NotFound(field=f"{prefix}credits", what=_("open customer credit"), value=i) for i in missing]
    else:
        debits = facts.of(draft.customer_id, is_credit=False)
        for currency, found in facts.of(draft.customer_id, is_credit=True, among=draft.credit_item_ids).items():
            open_invoices = [item.left for item in debits.get(currency, [])]
            _note(draft, match_all([item.left for item in found], open_invoices, places=facts.places), facts)
    if len(facts.settled) > before or draft.if_any:
        return []
    return [NothingToApply(field=f"{prefix}customer", customer=facts.names[draft.customer_id])]


def _plan_pair(draft: CreditDraft, pair: CreditPair, field: str, facts: Facts) -> list[BusinessRuleViolation]:
    one, other = facts.items.get(pair.credit_item_id), facts.find_invoice(pair.invoice_id)
    fits = one and other and one.is_credit and one.currency_code == other.currency_code
    if one is None or other is None or not fits or {one.customer_id, other.customer_id} != {draft.customer_id}:
        invoice_name = numbers_of_invoices([pair.invoice_id]).get(pair.invoice_id, pair.invoice_id)
        credit_name = one.number if one else numbers_of_items([pair.credit_item_id]).get(pair.credit_item_id, pair.credit_item_id)
        return [NotAPair(field=field, credit=credit_name, invoice=invoice_name)]
    if pair.amount is not None and (
        pair.amount <= 0 or pair.amount != round_half_up(pair.amount, minor_units(one.currency_code))
    ):
        rule = _("Enter an amount above zero with no more decimals than the currency has.")
        return [InvalidValue(field=f"{field}.amount", what=_("amount"), value=pair.amount, rule=rule)]
    most = min(one.left.amount, other.left.amount)
    if most <= ZERO or (pair.amount is not None and pair.amount > most):
        return [MoreThanBothOpen(field=f"{field}.amount", credit=one.number, invoice=other.number, open=plain(most))]
    found = match(one.left, other.left, places=facts.places, most=pair.amount)
    _note(draft, [found] if found else [], facts)
    return []


def _note(draft: CreditDraft, found: Sequence[Match], facts: Facts) -> None:
    for one in found:
        days = [facts.items[one.credit_item_id].date, facts.items[one.debit_item_id].date]
        facts.settled.append((one, max([*days, draft.date] if draft.date else days)))


def _applied(found: Match, facts: Facts) -> AppliedCredit:
    item, invoice = facts.items[found.credit_item_id], facts.items[found.debit_item_id]
    return AppliedCredit(item.id, item.number, invoice.document_id, invoice.number, found.amount)


def _event(found: Match, facts: Facts) -> CreditApplied:
    item, invoice = facts.items[found.credit_item_id], facts.items[found.debit_item_id]
    return CreditApplied(
        id=item.id,
        number=item.number,
        status="applied",
        customer_id=item.customer_id,
        amount=round_half_up(found.amount, minor_units(item.currency_code)),
        currency=item.currency_code,
        invoice_id=invoice.document_id,
        stems_from=DocumentRef("invoice", invoice.document_id),
    )


def _entry(found: Match, date: datetime.date, facts: Facts) -> EntryDraft:
    """The realised exchange difference leaves the receivables; nothing changes in the items' currency."""
    item, invoice = facts.items[found.credit_item_id], facts.items[found.debit_item_id]
    currency, difference = item.currency_code, found.difference
    return EntryDraft(
        journal=JournalEntry.Journal.GENERAL,
        date=date,
        document=DocumentRef("credit", item.id),
        document_number=item.number,
        memo=invoice.number,
        lines=(
            credit(AccountRole.RECEIVABLE, difference, currency=currency, in_currency=ZERO, party_id=item.customer_id),
            debit(AccountRole.EXCHANGE_DIFFERENCE, difference, currency=currency, in_currency=ZERO),
        ),
    )


def _settlement(found: Match, date: datetime.date) -> SettlementDraft:
    return SettlementDraft(
        debit_item_id=found.debit_item_id,
        credit_item_id=found.credit_item_id,
        amount=found.amount,
        debit_company_amount=found.debit_company_amount,
        credit_company_amount=found.credit_company_amount,
        date=date,
    )
