"""Reads of payments."""

from django.db.models import QuerySet

from erp.ledger.models import OpenItem, Settlement
from erp.treasury.models import Payment


def list_payments() -> QuerySet[Payment]:
    return Payment.objects.select_related("party", "bank_account")


def find_payment(payment_id: int) -> Payment | None:
    return list_payments().filter(pk=payment_id).first()


def find_item(payment_id: int) -> OpenItem | None:
    """The open item of a payment: what of it is on account is its residual, below zero for money received, above for money
    paid."""
    return OpenItem.objects.filter(kind="payment", document_id=payment_id).first()


def meets_open_invoice(item: OpenItem) -> bool:
    """Whether the party has an open invoice in the currency of the item."""
    same = OpenItem.objects.filter(party_id=item.party_id, currency_code=item.currency_code, account_id=item.account_id)
    return same.filter(kind="invoice", is_open=True, residual__gt=0).exists()


def settled_side(payment: Payment) -> str:
    """Which item of a settlement is the one that the payment settled: money received is its credit, money paid its debit."""
    return "debit_item" if payment.direction == Payment.Direction.IN else "credit_item"


def list_settled(payment: Payment) -> QuerySet[Settlement]:
    """What a payment settled, with the settled item loaded."""
    settled = settled_side(payment)
    own = "credit_item" if settled == "debit_item" else "debit_item"
    rows = Settlement.objects.filter(**{f"{own}__kind": "payment", f"{own}__document_id": payment.pk})
    return rows.select_related(settled).order_by("id")
