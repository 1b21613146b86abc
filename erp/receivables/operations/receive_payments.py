"""Payments from customers and what they settle."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.ledger.models import AccountRole
from erp.ledger.operations.lock_accounts import KEY
from erp.parties.errors import PartyIsNoCustomer
from erp.receivables.errors import InvoiceNotOpen
from erp.receivables.events import PaymentReceived
from erp.receivables.permissions import RECEIVE_PAYMENTS
from erp.receivables.queries import numbers_of_invoices
from erp.treasury.models import Payment
from erp.treasury.operations.post_payments import MoneyDraft, PaymentKind, PostedPayment, Settled, post_payments_for


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


@operation(RECEIVE_PAYMENTS)
def receive_payments(*, payments: Sequence[PaymentDraft], actor: Actor, at: datetime.datetime) -> list[PostedPayment]:
    """Post payments and settle open invoices with them; realised exchange differences are booked with the payment."""
    return post_payments_for(kind=RECEIVED, payments=[_money(payment) for payment in payments], actor=actor, at=at)


def _money(payment: PaymentDraft) -> MoneyDraft:
    return MoneyDraft(
        party_id=payment.customer_id,
        amount=payment.amount,
        date=payment.date,
        currency_code=payment.currency_code,
        bank_account=payment.bank_account,
        document_ids=payment.invoice_ids,
        memo=payment.memo,
        external_source=payment.external_source,
        external_ref=payment.external_ref,
    )


def _event(settled: Settled) -> PaymentReceived:
    return PaymentReceived(
        id=settled.payment.id,
        number=settled.payment.number,
        status="received",
        customer_id=settled.party_id,
        amount=settled.amount,
        currency=settled.currency,
        invoice_id=settled.document_id,
        stems_from=DocumentRef("invoice", settled.document_id) if settled.document_id else None,
    )


def _not_open(missing: Mapping[str, int], currency: str) -> list[BusinessRuleViolation]:
    numbers = numbers_of_invoices(missing.values())
    return [
        InvoiceNotOpen(field=field, document=numbers.get(pk, str(pk)), document_id=pk, currency=currency)
        for field, pk in missing.items()
    ]


RECEIVED = PaymentKind(
    direction=Payment.Direction.IN,
    sign=1,
    role=AccountRole.RECEIVABLE,
    settles="invoice",
    account_lock=KEY,
    party=("customer", _("customer")),
    is_party="is_customer",
    stranger=PartyIsNoCustomer,
    documents="invoices",
    not_open=_not_open,
    event=_event,
)
