"""Reads of payments."""

from django.db.models import QuerySet

from erp.ledger.models import OpenItem, Settlement
from erp.treasury.models import Payment


def list_payments() -> QuerySet[Payment]:
    return Payment.objects.select_related("party", "bank_account")


def find_payment(payment_id: int) -> Payment | None:
    return list_payments().filter(pk=payment_id).first()


def find_item(payment_id: int) -> OpenItem | None:
    """The open item of a payment: what of it is on account is its residual, below zero for money received."""
    return OpenItem.objects.filter(kind="payment", document_id=payment_id).first()


def meets_open_invoice(item: OpenItem) -> bool:
    """Whether the party has an open invoice in the currency of the item."""
    same = OpenItem.objects.filter(party_id=item.party_id, currency_code=item.currency_code, account_id=item.account_id)
    return same.filter(kind="invoice", is_open=True, residual__gt=0).exists()


def list_settled(payment_id: int) -> QuerySet[Settlement]:
    """What a payment settled, with the settled item loaded."""
    rows = Settlement.objects.filter(credit_item__kind="payment", credit_item__document_id=payment_id)
    return rows.select_related("debit_item").order_by("id")
