"""What must be true of payments."""

from erp.core.invariants import Invariant, declare

_POSTED = """
SELECT p.number AS key, CASE p.direction WHEN 'in' THEN p.amount ELSE -p.amount END AS stored, sum(l.currency_amount) AS derived
FROM treasury_payment p
JOIN treasury_bankaccount b ON b.id = p.bank_account_id
LEFT JOIN ledger_journalentry e ON e.kind = 'payment' AND e.document_id = p.id
LEFT JOIN ledger_journalline l ON l.entry_id = e.id AND l.account_id = b.account_id
GROUP BY p.id, p.number, p.direction, p.amount
"""

declare(Invariant(name="treasury.posted", sentence="each payment is in the books of its bank account", sql=_POSTED))
