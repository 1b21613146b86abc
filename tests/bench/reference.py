"""Our own hand-written limit, for where the shared one is absent: order to cash in psycopg and plain SQL, row by row.

No company, policy, history, event, tax engine or user: an upper bound for one-by-one work.
"""

import datetime
import random
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg

RATE, CENT, ZERO = Decimal("0.13"), Decimal("0.01"), Decimal(0)
RECEIVABLE, REVENUE, TAX, BANK, COST, INVENTORY = range(1, 7)
Line = tuple[int, int | None, Decimal, Decimal]  # account, customer, debit, credit


class Reference:
    """One order after the other through five commits."""

    script, schema, party = "reference.sql", "bench_reference", "customer_id"

    def __init__(self, dsn: str, products: int, seed: int) -> None:
        with psycopg.connect(dsn, autocommit=True) as setup:
            setup.execute(Path(__file__).with_name(self.script).read_bytes())
        self.connection = psycopg.connect(dsn, prepare_threshold=2)
        self.sql(f"SET search_path = {self.schema}")
        self.connection.commit()
        self.dice, self.products, self.today = random.Random(seed), products, datetime.date.today()  # noqa: DTZ011

    def sql(self, text: str, *values: Any) -> Any:
        return self.connection.execute(text.encode(), values)

    def order(self) -> None:
        sale = self.commit(self.create)
        for step in (self.confirm, self.deliver):
            self.commit(step, sale)
        self.commit(self.pay, self.commit(self.invoice, sale))

    def commit(self, step: Callable[..., Any], *values: Any) -> Any:
        result = step(*values)
        self.connection.commit()
        return result

    def number(self, series: str) -> str:
        [last] = self.sql("UPDATE series SET last = last + 1 WHERE name = %s RETURNING last", series).fetchone()
        return f"{series}{last:08d}"

    def move_on(self, sale: int, before: str, after: str) -> None:
        done = self.sql("UPDATE sale SET state = %s, changed = now() WHERE id = %s AND state = %s", after, sale, before)
        assert done.rowcount == 1

    def post(self, journal: str, memo: str, lines: Sequence[Line]) -> tuple[int, list[int]]:
        head = "INSERT INTO entry (number, journal, day, memo) VALUES (%s, %s, %s, %s) RETURNING id"
        [entry] = self.sql(head, self.number("JE"), journal, self.today, memo).fetchone()
        body = (
            f"INSERT INTO entry_line (entry_id, account_id, {self.party}, day, debit, credit) SELECT %s, a, c, %s, d, k"  # noqa: S608
            " FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::numeric[]) u(a, c, d, k) RETURNING id"
        )
        rows = self.sql(body, entry, self.today, *map(list, zip(*lines, strict=True))).fetchall()
        return entry, [row[0] for row in rows]

    def create(self) -> int:
        products = self.dice.sample(range(1, self.products + 1), 5)
        quantities = [Decimal(self.dice.randint(1, 5)) for _ in products]
        price = dict(self.sql("SELECT id, price FROM product WHERE id = ANY(%s)", products).fetchall())
        net = [(price[p] * q).quantize(CENT) for p, q in zip(products, quantities, strict=True)]
        tax = [(n * RATE).quantize(CENT) for n in net]
        [sale] = self.sql("SELECT nextval('sale_id_seq')").fetchone()
        head = (
            "INSERT INTO sale (id, number, customer_id, state, day, net, tax, total) VALUES (%s, %s, %s, 'draft', %s, %s, %s, %s)"
        )
        self.sql(head, sale, f"SO{sale:08d}", self.dice.randint(1, 100), self.today, sum(net), sum(tax), sum(net) + sum(tax))
        body = (
            "INSERT INTO sale_line (sale_id, seq, product_id, quantity, price, rate, net, tax) SELECT %s, *"
            " FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])"
        )
        self.sql(body, sale, list(range(5)), products, quantities, [price[p] for p in products], [RATE] * 5, net, tax)
        return int(sale)

    def confirm(self, sale: int) -> None:
        self.move_on(sale, "draft", "confirmed")
        wanted = (
            "SELECT l.id, l.product_id, l.quantity, p.cost FROM sale_line l JOIN product p ON p.id = l.product_id"
            " WHERE sale_id = %s"
        )
        ids, products, quantities, costs = map(list, zip(*self.sql(wanted, sale).fetchall(), strict=True))
        lock = (
            "SELECT product_id, on_hand - reserved FROM level WHERE place_id = 1 AND product_id = ANY(%s) ORDER BY 1 FOR UPDATE"
        )
        free = dict(self.sql(lock, products).fetchall())
        assert all(free[p] >= q for p, q in zip(products, quantities, strict=True))
        take = (
            "UPDATE level v SET reserved = v.reserved + u.q FROM unnest(%s::int[], %s::numeric[]) u(p, q)"
            " WHERE v.place_id = 1 AND v.product_id = u.p"
        )
        self.sql(take, products, quantities)
        moves = (
            "WITH m AS (INSERT INTO move (line_id, product_id, from_id, to_id, quantity, cost, state) SELECT l, p, 1, 2, q, k,"
            " 'assigned' FROM unnest(%s::bigint[], %s::int[], %s::numeric[], %s::numeric[]) u(l, p, q, k)"
            " RETURNING id, product_id, quantity)"
            " INSERT INTO reservation (move_id, product_id, place_id, quantity) SELECT id, product_id, 1, quantity FROM m"
        )
        self.sql(moves, ids, products, quantities, costs)

    def deliver(self, sale: int) -> None:
        self.move_on(sale, "confirmed", "delivered")
        wanted = (
            "SELECT m.id, m.product_id, m.quantity, m.cost FROM move m JOIN sale_line l ON l.id = m.line_id"
            " WHERE l.sale_id = %s AND m.state = 'assigned'"
        )
        ids, products, quantities, costs = map(list, zip(*self.sql(wanted, sale).fetchall(), strict=True))
        self.sql("SELECT 1 FROM level WHERE product_id = ANY(%s) ORDER BY product_id, place_id FOR UPDATE", products)
        carry = (
            "UPDATE level v SET on_hand = v.on_hand + u.s * u.q, reserved = v.reserved - CASE WHEN u.s < 0 THEN u.q ELSE 0 END"
            " FROM (SELECT p, q, s, place FROM unnest(%s::int[], %s::numeric[]) w(p, q), (VALUES (-1, 1), (1, 2)) z(s, place)) u"
            " WHERE v.product_id = u.p AND v.place_id = u.place"
        )
        self.sql(carry, products, quantities)
        self.sql("DELETE FROM reservation WHERE move_id = ANY(%s)", ids)
        self.sql("UPDATE move SET state = 'done', done_at = now() WHERE id = ANY(%s)", ids)
        self.sql("UPDATE sale_line SET delivered = quantity WHERE sale_id = %s", sale)
        values = [(q * k).quantize(CENT) for q, k in zip(quantities, costs, strict=True)]
        lines: list[Line] = [line for v in values for line in ((COST, None, v, ZERO), (INVENTORY, None, ZERO, v))]
        self.post("stock", f"SO{sale}", lines)

    def invoice(self, sale: int) -> int:
        found = self.sql("SELECT customer_id, net, tax, total FROM sale WHERE id = %s FOR UPDATE", sale).fetchone()
        customer, net, tax, total = found
        wanted = (
            "SELECT id, product_id, delivered - invoiced, price, net, tax FROM sale_line"
            " WHERE sale_id = %s AND delivered > invoiced"
        )
        rows = self.sql(wanted, sale).fetchall()
        number = self.number("INV")
        lines: list[Line] = [(RECEIVABLE, customer, total, ZERO), *((REVENUE, customer, ZERO, row[4]) for row in rows)]
        entry, _ = self.post("sales", number, [*lines, (TAX, customer, ZERO, tax)])
        head = (
            "INSERT INTO invoice (number, sale_id, customer_id, state, day, net, tax, total, residual, entry_id)"
            " VALUES (%s, %s, %s, 'posted', %s, %s, %s, %s, %s, %s) RETURNING id"
        )
        [invoice] = self.sql(head, number, sale, customer, self.today, net, tax, total, total, entry).fetchone()
        body = (
            "INSERT INTO invoice_line (invoice_id, line_id, product_id, quantity, price, net, tax) SELECT %s, * FROM unnest("
            "%s::bigint[], %s::int[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])"
        )
        self.sql(body, invoice, *map(list, zip(*rows, strict=True)))
        self.sql("UPDATE sale_line SET invoiced = delivered WHERE sale_id = %s", sale)
        self.move_on(sale, "delivered", "invoiced")
        return int(invoice)

    def pay(self, invoice: int) -> None:
        wanted = "SELECT customer_id, residual, entry_id FROM invoice WHERE id = %s AND state = 'posted' FOR UPDATE"
        customer, total, entry = self.sql(wanted, invoice).fetchone()
        number = self.number("PAY")
        paid, ids = self.post("bank", number, [(BANK, customer, total, ZERO), (RECEIVABLE, customer, ZERO, total)])
        head = "INSERT INTO payment (number, customer_id, day, amount, entry_id) VALUES (%s, %s, %s, %s, %s)"
        self.sql(head, number, customer, self.today, total, paid)
        [debit] = self.sql("SELECT id FROM entry_line WHERE entry_id = %s AND account_id = 1 FOR UPDATE", entry).fetchone()
        pair = "INSERT INTO match (debit_id, credit_id, amount) VALUES (%s, %s, %s) RETURNING id"
        [match] = self.sql(pair, debit, ids[1], total).fetchone()
        self.sql("UPDATE entry_line SET match_id = %s WHERE id = ANY(%s)", match, [debit, ids[1]])
        self.sql("UPDATE invoice SET residual = 0, state = 'paid' WHERE id = %s", invoice)
