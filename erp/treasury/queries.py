"""Reads of payments."""

from django.db.models import QuerySet

from erp.ledger.models import Settlement
from erp.treasury.models import Payment


def list_payments() -> QuerySet[Payment]:
    return Payment.objects.select_related("party", "bank_account")


def find_payment(payment_id: int) -> Payment | None:
    return list_payments().filter(pk=payment_id).first()


def list_settled(payment_id: int) -> QuerySet[Settlement]:
    """What a payment settled, with the settled item loaded."""
    rows = Settlement.objects.filter(credit_item__kind="payment", credit_item__document_id=payment_id)
    return rows.select_related("debit_item").order_by("id")
