"""Paying suppliers."""

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
from erp.parties.errors import PartyIsNoSupplier
from erp.payables.errors import BillNotOpen
from erp.payables.events import PaymentSent
from erp.payables.models import VendorBill
from erp.payables.permissions import PAY
from erp.treasury.models import Payment
from erp.treasury.operations.post_payments import MoneyDraft, PaymentKind, PostedPayment, Settled, post_payments_for


@dataclass(frozen=True, kw_only=True)
class BillPaymentDraft:
    """Money paid. Without `bill_ids` the oldest open bills in the same currency are settled first; what is left stays on the
    supplier's account. Without `currency_code` it is the supplier's currency."""

    supplier_id: int
    amount: Decimal
    date: datetime.date
    currency_code: str | None = None
    bank_account: str = ""
    bill_ids: Sequence[int] = ()
    memo: str = ""
    external_source: str = ""
    external_ref: str = ""


@operation(PAY)
def pay_bills(*, payments: Sequence[BillPaymentDraft], actor: Actor, at: datetime.datetime) -> list[PostedPayment]:
    """Post payments to suppliers and settle open bills with them; realised exchange differences are booked with the payment."""
    return post_payments_for(kind=SENT, payments=[_money(payment) for payment in payments], actor=actor, at=at)


def _money(payment: BillPaymentDraft) -> MoneyDraft:
    return MoneyDraft(
        party_id=payment.supplier_id,
        amount=payment.amount,
        date=payment.date,
        currency_code=payment.currency_code,
        bank_account=payment.bank_account,
        document_ids=payment.bill_ids,
        memo=payment.memo,
        external_source=payment.external_source,
        external_ref=payment.external_ref,
    )


def _event(settled: Settled) -> PaymentSent:
    return PaymentSent(
        id=settled.payment.id,
        number=settled.payment.number,
        status="sent",
        supplier_id=settled.party_id,
        amount=settled.amount,
        currency=settled.currency,
        bill_id=settled.document_id,
        stems_from=DocumentRef("vendor_bill", settled.document_id) if settled.document_id else None,
    )


def _not_open(missing: Mapping[str, int], currency: str) -> list[BusinessRuleViolation]:
    numbers = dict(VendorBill.objects.filter(pk__in=list(missing.values())).values_list("pk", "number")) if missing else {}
    return [
        BillNotOpen(field=field, document=numbers.get(pk, str(pk)), document_id=pk, currency=currency)
        for field, pk in missing.items()
    ]


SENT = PaymentKind(
    direction=Payment.Direction.OUT,
    sign=-1,
    role=AccountRole.PAYABLE,
    settles="vendor_bill",
    account_lock="hashtextextended('supplier_account', id)",
    party=("supplier", _("supplier")),
    is_party="is_supplier",
    stranger=PartyIsNoSupplier,
    documents="bills",
    not_open=_not_open,
    event=_event,
)
