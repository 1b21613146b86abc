"""What posting an invoice and posting a credit note have in common: the rows, the entry, the open item.

A claim is written with positive amounts; its kind says which way it goes into the books.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.money import ZERO
from erp.core.rows import insert_documents, numbered
from erp.ledger.models import AccountRole
from erp.ledger.models.claim import Claim, ClaimLine
from erp.ledger.models.entry import JournalEntry
from erp.ledger.operations.post_entries import EntryDraft, ItemDraft, credit, debit

_HEAD = ("customer_id", "date", "currency_code", "rate", "prices_include_tax", "net", "tax", "total")
_KNOWN = ("external_source", "external_ref")
_LINE = (
    "product_id",
    "description",
    "quantity",
    "unit_price",
    "discount",
    "tax_code",
    "tax_rate",
    "net",
    "tax",
    "total",
)


@dataclass(frozen=True, kw_only=True)
class ClaimLineDraft:
    """A finished line: amounts are given, in the document's currency, never recomputed."""

    product_id: int | None
    description: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True, kw_only=True)
class ClaimDraft:
    """A finished document; `source` is the one it stems from."""

    customer_id: int
    date: datetime.date
    currency_code: str
    rate: Decimal
    prices_include_tax: bool
    lines: Sequence[ClaimLineDraft]
    source: DocumentRef | None = None
    external_source: str = ""
    external_ref: str = ""

    @property
    def net(self) -> Decimal:
        return sum((line.net for line in self.lines), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum((line.tax for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True)
class PostedClaim:
    """`total` is in the currency of the document."""

    id: int
    number: str
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class ClaimKind:
    """How one kind is stored, numbered and signed: an invoice raises what the customer owes (+1), a credit note lowers
    it (-1). `name` is the document kind and the number series; `head` and `line` are the columns only it has."""

    name: str
    model: type[Claim]
    line_model: type[ClaimLine]
    sign: int
    head: tuple[str, ...]
    line: tuple[str, ...] = ()


@dataclass(frozen=True)
class BookedAmounts:
    """A claim in company currency. `receivable` is what the customer's account moves by; where that is not net + tax, the
    rest is an exchange difference."""

    net: Decimal
    tax: Decimal
    receivable: Decimal


def insert_claims(
    kind: ClaimKind, drafts: Sequence[ClaimDraft], booked: Sequence[BookedAmounts], actor: Actor, at: datetime.datetime
) -> list[PostedClaim]:
    """Heads and lines of all documents, numbered without a gap, in one statement."""
    head, line = (*_HEAD, *kind.head, *_KNOWN), (*_LINE, *kind.line)
    rows = insert_documents(
        kind.model,
        [*head, "company_total", "actor", "posted_at"],
        [
            (*(getattr(draft, column) for column in head), amounts.receivable, actor.name, at)
            for draft, amounts in zip(drafts, booked, strict=True)
        ],
        kind.line_model,
        ["sequence", *line],
        [
            (position, i, *(getattr(of_draft, column) for column in line))
            for position, draft in enumerate(drafts)
            for i, of_draft in enumerate(draft.lines, 1)
        ],
        parent=f"{kind.name}_id",
        computed=numbered(kind.name),
        returning=["id", "number"],
    )
    return [PostedClaim(id_, number, draft.total) for (id_, number), draft in zip(rows, drafts, strict=True)]


def entry_of(
    kind: ClaimKind, claim: PostedClaim, draft: ClaimDraft, booked: BookedAmounts, home: str, due_date: datetime.date
) -> EntryDraft:
    """Receivable against revenue and output tax, which leaves open what the customer owes from an invoice, or is owed from
    a credit note; `home` is the company's currency."""
    sign, currency, party = kind.sign, draft.currency_code, draft.customer_id
    difference = booked.receivable - booked.net - booked.tax
    return EntryDraft(
        journal=JournalEntry.Journal.SALES,
        date=draft.date,
        document=DocumentRef(kind.name, claim.id),
        document_number=claim.number,
        lines=(
            debit(
                AccountRole.RECEIVABLE,
                sign * booked.receivable,
                currency=currency,
                in_currency=sign * draft.total,
                party_id=party,
            ),
            credit(AccountRole.REVENUE, sign * booked.net, currency=currency, in_currency=sign * draft.net),
            credit(AccountRole.OUTPUT_TAX, sign * booked.tax, currency=currency, in_currency=sign * draft.tax),
            *((credit(AccountRole.EXCHANGE_DIFFERENCE, sign * difference, currency=home),) if difference else ()),
        ),
        opens=ItemDraft(
            role=AccountRole.RECEIVABLE,
            party_id=party,
            due_date=due_date,
            currency_code=currency,
            rate=draft.rate,
            amount=sign * draft.total,
            company_amount=sign * booked.receivable,
        ),
    )
