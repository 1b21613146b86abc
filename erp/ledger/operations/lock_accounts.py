"""The lock of a customer's account: what keeps a payment and an invoice that cross from missing each other.

A payment holds it alone while it looks for open invoices; whoever applies credit after an invoice holds it with others.
So either the payment sees the invoice, or the invoice's reaction waits and sees what the payment left on account.
It comes before the open items in the lock order.
"""

from collections.abc import Iterable

from erp.core.rows import fetch

KEY = "hashtextextended('customer_account', id)"
_SHARED = f"SELECT pg_advisory_xact_lock_shared({KEY}) FROM unnest(%s::bigint[]) AS p(id)"  # noqa: S608


def share_accounts(customer_ids: Iterable[int]) -> None:
    """Wait for the payments of these customers that are being posted; keep new ones out until commit."""
    fetch(_SHARED, [sorted(set(customer_ids))])
