"""What is summed or counted from the copied facts: stock levels, slot balances, counters and sequences."""

from tests.bench.million.columns import Carrier
from tests.bench.million.copies import Store

_LEVELS = """
UPDATE inventory_stocklevel v SET {column} = v.{column} + f.total * {count}
FROM (SELECT company_id, product_id, warehouse_id, sum({amount}) AS total FROM {facts}
      WHERE id > {low} AND id <= {high} GROUP BY 1, 2, 3) f
WHERE v.company_id = f.company_id AND v.product_id = f.product_id AND v.warehouse_id = f.warehouse_id
"""
# The lines of the day by account and date, times the copies that put that date into a period: no copied line is read.
_BALANCES = """
INSERT INTO ledger_accountbalance AS b (company_id, account_id, period_id, slot, debit, credit)
SELECT l.company_id, l.account_id, t.id, t.k % 8, sum(l.debit), sum(l.credit)
FROM (SELECT company_id, account_id, date, sum(debit) AS debit, sum(credit) AS credit FROM ledger_journalline
      WHERE id > {low} AND id <= {high} GROUP BY 1, 2, 3) l
JOIN million.period_of t ON t.day = {day} AND t.was = l.date
GROUP BY 1, 2, 3, 4
ON CONFLICT (company_id, account_id, period_id, slot)
DO UPDATE SET debit = b.debit + excluded.debit, credit = b.credit + excluded.credit
"""
LEVELS = (
    ("on_hand", "quantity", "inventory_stockmove"),
    ("value", "amount", "inventory_valueentry"),
    ("reserved", "quantity", "inventory_reservation"),
)


def derive(store: Store, day: int, carrier: Carrier, count: int) -> None:
    """Add what the copies of a day add to levels and balances."""
    for column, amount, facts in LEVELS:
        if facts in carrier.spans:
            span = carrier.spans[facts]
            store.run(_LEVELS.format(column=column, amount=amount, facts=facts, low=span.low, high=span.high, count=count))
    lines = carrier.spans["ledger_journalline"]
    store.run(_BALANCES.format(day=day, low=lines.low, high=lines.high))


def advance_counters(store: Store, carrier: Carrier, count: int) -> None:
    """Sequences of ids and of numbers stand behind the last copy."""
    for table, span in carrier.spans.items():
        _advance(store, f"pg_get_serial_sequence('{table}', 'id')", span.start + span.low + count * span.width)
    for name, series in carrier.series.items():
        code, last = name.removeprefix("series:"), series.span.start + series.span.low + count * series.span.width
        [(company, gapless)] = store.rows("SELECT company_id, gapless FROM documents_series WHERE code = %s", [code])
        if gapless:
            store.run("UPDATE documents_series SET next_value = greatest(next_value, %s) WHERE code = %s", [last + 1, code])
        else:
            _advance(store, f"'numbers.\"c{company}_{code}\"'", last)


def _advance(store: Store, sequence: str, last: int) -> None:
    store.run(f"SELECT setval({sequence}::regclass, greatest(%s, nextval({sequence}::regclass)))", [last])
