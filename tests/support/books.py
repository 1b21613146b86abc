"""What the books say of a role's account, and which invariants are false."""

from decimal import Decimal

from django.db.models import Sum

from erp.core.actor import Actor
from erp.core.invariants import all_invariants, check_company
from erp.ledger.models import JournalLine, PostingAccount


def balance(role: str) -> Decimal:
    """The balance of a role's account, debit positive; inside a scope."""
    account = PostingAccount.objects.get(role=role).account_id
    sums = JournalLine.objects.filter(account_id=account).aggregate(debit=Sum("debit"), credit=Sum("credit"))
    return Decimal((sums["debit"] or 0) - (sums["credit"] or 0))


def differing(actor: Actor) -> list[str]:
    """Every invariant of the product that is false in the actor's company, with the first row of which it is."""
    return [f"{f.invariant.name}: {f.examples[0]}" for f in check_company(actor, all_invariants()) if not f.ok]
