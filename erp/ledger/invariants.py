"""What must be true of the books."""

from erp.core.invariants import Invariant, declare, totals_of

_BALANCED = """
SELECT e.number AS key, coalesce(sum(l.debit), 0) AS stored, coalesce(sum(l.credit), 0) AS derived
FROM ledger_journalentry e LEFT JOIN ledger_journalline l ON l.entry_id = e.id GROUP BY e.id, e.number
"""
_TWO_LINES = """
SELECT e.number AS key, count(l.id) AS stored, greatest(count(l.id), 2) AS derived
FROM ledger_journalentry e LEFT JOIN ledger_journalline l ON l.entry_id = e.id GROUP BY e.id, e.number
"""
_LINES_DATED = """
SELECT coalesce(e.number, 'entry ' || l.entry_id) || ' line ' || l.sequence AS key,
       (l.date, l.period_id)::text AS stored, (e.date, p.id)::text AS derived
FROM ledger_journalline l LEFT JOIN ledger_journalentry e ON e.id = l.entry_id
LEFT JOIN ledger_period p ON e.date BETWEEN p.first_date AND p.last_date
"""
_TRIAL_BALANCE = """
SELECT 'trial balance' AS key, coalesce(sum(debit), 0) AS stored, coalesce(sum(credit), 0) AS derived FROM ledger_accountbalance
"""
_ITEMS_POSTED = """
SELECT i.document_number AS key, (i.amount, i.company_amount)::text AS stored,
       (coalesce(l.amount, 0.0000), coalesce(l.company_amount, 0.0000))::text AS derived
FROM ledger_openitem i
LEFT JOIN (SELECT entry_id, account_id, party_id, sum(currency_amount) AS amount, sum(debit - credit) AS company_amount
           FROM ledger_journalline GROUP BY 1, 2, 3) l USING (entry_id, account_id, party_id)
"""
_ITEMS_IN_BOOKS = """
SELECT a.code || ' ' || a.name AS key,
       (SELECT coalesce(sum(i.company_residual), 0) FROM ledger_openitem i WHERE i.account_id = a.id) AS stored,
       (SELECT coalesce(sum(b.debit - b.credit), 0) FROM ledger_accountbalance b WHERE b.account_id = a.id) AS derived
FROM ledger_ledgeraccount a
WHERE a.id IN (SELECT account_id FROM ledger_openitem
               UNION SELECT account_id FROM ledger_postingaccount WHERE role IN ('receivable', 'payable'))
"""
_SETTLED_ALIKE = """
SELECT d.document_number || ' - ' || c.document_number AS key,
       (d.party_id, d.account_id, d.currency_code, d.amount > 0)::text AS stored,
       (c.party_id, c.account_id, c.currency_code, c.amount < 0)::text AS derived
FROM ledger_settlement s JOIN ledger_openitem d ON d.id = s.debit_item_id JOIN ledger_openitem c ON c.id = s.credit_item_id
"""


def _balances(column: str) -> str:
    return f"""
SELECT b.id, account_id, period_id, 0 AS slot, a.code || ' ' || p.code AS key,
       coalesce(b.total, 0) AS stored, coalesce(l.total, 0) AS derived
FROM (SELECT account_id, period_id, sum({column}) AS total, (array_agg(id ORDER BY {column} DESC, id))[1] AS id
      FROM ledger_accountbalance GROUP BY 1, 2) b
FULL JOIN (SELECT account_id, period_id, sum({column}) AS total FROM ledger_journalline GROUP BY 1, 2) l
     USING (account_id, period_id)
JOIN ledger_ledgeraccount a ON a.id = account_id
JOIN ledger_period p ON p.id = period_id
"""  # noqa: S608


def _residuals(residual: str, amount: str, debit_amount: str, credit_amount: str) -> str:
    return f"""
SELECT i.id, i.document_number AS key, i.{residual} AS stored,
       i.{amount} - coalesce(d.total, 0) + coalesce(c.total, 0) AS derived
FROM ledger_openitem i
LEFT JOIN (SELECT debit_item_id, sum({debit_amount}) AS total FROM ledger_settlement GROUP BY 1) d ON d.debit_item_id = i.id
LEFT JOIN (SELECT credit_item_id, sum({credit_amount}) AS total FROM ledger_settlement GROUP BY 1) c ON c.credit_item_id = i.id
"""  # noqa: S608


declare(
    Invariant(name="ledger.balanced", sentence="journal entries: Σ debit = Σ credit", sql=_BALANCED),
    Invariant(name="ledger.two_lines", sentence="each journal entry has at least two lines", sql=_TWO_LINES),
    Invariant(
        name="ledger.lines_dated",
        sentence="each journal line has the date of its entry and the period of that date",
        sql=_LINES_DATED,
    ),
    Invariant(
        name="ledger.debit",
        sentence="account balances: debit of a period = Σ journal lines",
        sql=_balances("debit"),
        totals=totals_of("ledger.AccountBalance", "debit"),
        missing=("account_id", "period_id", "slot"),
    ),
    Invariant(
        name="ledger.credit",
        sentence="account balances: credit of a period = Σ journal lines",
        sql=_balances("credit"),
        totals=totals_of("ledger.AccountBalance", "credit"),
        missing=("account_id", "period_id", "slot"),
    ),
    Invariant(name="ledger.trial_balance", sentence="trial balance: debit = credit", sql=_TRIAL_BALANCE),
    Invariant(
        name="ledger.residual",
        sentence="open items: residual = amount - Σ settlements",
        sql=_residuals("residual", "amount", "amount", "amount"),
        totals=totals_of("ledger.OpenItem", "residual"),
    ),
    Invariant(
        name="ledger.company_residual",
        sentence="open items: residual in company currency = amount - Σ settlements",
        sql=_residuals("company_residual", "company_amount", "debit_company_amount", "credit_company_amount"),
        totals=totals_of("ledger.OpenItem", "company_residual"),
    ),
    Invariant(
        name="ledger.settled_alike",
        sentence="settlements: debit and credit of the same party, ledger account and currency",
        sql=_SETTLED_ALIKE,
    ),
    Invariant(
        name="ledger.items_posted",
        sentence="each open item has the amounts of its journal lines; an item of nothing has none",
        sql=_ITEMS_POSTED,
    ),
    Invariant(
        name="ledger.items_in_books",
        sentence="Σ open items = balance of their ledger account",
        sql=_ITEMS_IN_BOOKS,
    ),
)
