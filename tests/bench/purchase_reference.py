"""The hand-written limit of purchase to pay: psycopg and plain SQL, row by row, in five commits.

No company, policy, history, event, approval, tax engine or user: an upper bound for one-by-one work.
"""

from decimal import Decimal
from pathlib import Path

import psycopg

from tests.bench.reference import CENT, RATE, ZERO, Line
from tests.bench.reference import Reference as OrderToCash

PAYABLE, CLEARING, TAX, BANK, INVENTORY = range(1, 6)


class Reference(OrderToCash):
    """One order after the other: write, issue, receive, bill with its match, pay."""

    def __init__(self, dsn: str, products: int, seed: int) -> None:
        with psycopg.connect(dsn, autocommit=True) as setup:
            setup.execute(Path(__file__).with_name("purchase_reference.sql").read_bytes())
        self.begin(dsn, "bench_purchase", products, seed)

    party = "supplier_id"

    def order(self) -> None:
        purchase = self.commit(self.create)
        for step in (self.issue, self.receive):
            self.commit(step, purchase)
        self.commit(self.pay, self.commit(self.bill, purchase))

    def advance(self, purchase: int, before: str, after: str) -> None:
        done = self.sql("UPDATE purchase SET state = %s, changed = now() WHERE id = %s AND state = %s", after, purchase, before)
        assert done.rowcount == 1

    def create(self) -> int:
        products = self.dice.sample(range(1, self.products + 1), 5)
        quantities = [Decimal(self.dice.randint(1, 5)) for _ in products]
        price = dict(self.sql("SELECT id, price FROM product WHERE id = ANY(%s)", products).fetchall())
        net = [(price[p] * q).quantize(CENT) for p, q in zip(products, quantities, strict=True)]
        tax = [(n * RATE).quantize(CENT) for n in net]
        head = (
            "INSERT INTO purchase (number, supplier_id, state, day, net, tax, total) VALUES (%s, %s, 'draft', %s, %s, %s, %s)"
            " RETURNING id"
        )
        total = sum(net) + sum(tax)
        values = (self.number("PO"), self.dice.randint(1, 100), self.today, sum(net), sum(tax), total)
        [purchase] = self.sql(head, *values).fetchone()
        body = (
            "INSERT INTO purchase_line (purchase_id, seq, product_id, quantity, price, rate, net, tax) SELECT %s, *"
            " FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])"
        )
        self.sql(body, purchase, list(range(5)), products, quantities, [price[p] for p in products], [RATE] * 5, net, tax)
        return int(purchase)

    def issue(self, purchase: int) -> None:
        self.advance(purchase, "draft", "issued")

    def receive(self, purchase: int) -> None:
        self.advance(purchase, "issued", "received")
        wanted = "SELECT id, product_id, quantity - received, net FROM purchase_line WHERE purchase_id = %s ORDER BY product_id"
        ids, products, quantities, values = map(list, zip(*self.sql(wanted, purchase).fetchall(), strict=True))
        self.sql("SELECT 1 FROM level WHERE product_id = ANY(%s) ORDER BY product_id FOR UPDATE", products)
        carry = (
            "UPDATE level v SET on_hand = v.on_hand + u.q, value = v.value + u.w"
            " FROM unnest(%s::int[], %s::numeric[], %s::numeric[]) u(p, q, w) WHERE v.product_id = u.p"
        )
        self.sql(carry, products, quantities, values)
        lines: list[Line] = [line for v in values for line in ((INVENTORY, None, v, ZERO), (CLEARING, None, ZERO, v))]
        entry, _ = self.post("stock", f"PO{purchase}", lines)
        head = "INSERT INTO receipt (number, purchase_id, day, entry_id) VALUES (%s, %s, %s, %s) RETURNING id"
        [receipt] = self.sql(head, self.number("GR"), purchase, self.today, entry).fetchone()
        moves = (
            "INSERT INTO move (receipt_id, line_id, product_id, quantity, value)"
            " SELECT %s, * FROM unnest(%s::bigint[], %s::int[], %s::numeric[], %s::numeric[])"
        )
        self.sql(moves, receipt, ids, products, quantities, values)
        self.sql("UPDATE purchase_line SET received = quantity WHERE purchase_id = %s", purchase)

    def bill(self, purchase: int) -> int:
        found = self.sql("SELECT supplier_id, net, tax, total FROM purchase WHERE id = %s FOR UPDATE", purchase).fetchone()
        supplier, net, tax, total = found
        wanted = (
            "SELECT id, product_id, received - billed, price, net, tax FROM purchase_line"
            " WHERE purchase_id = %s AND received > billed"
        )
        rows = self.sql(wanted, purchase).fetchall()
        assert all((quantity * price).quantize(CENT) == amount for _id, _product, quantity, price, amount, _tax in rows)
        number = self.number("VB")
        lines: list[Line] = [*((CLEARING, None, row[4], ZERO) for row in rows), (TAX, None, tax, ZERO)]
        entry, _ = self.post("purchases", number, [*lines, (PAYABLE, supplier, ZERO, total)])
        head = (
            "INSERT INTO bill (number, purchase_id, supplier_id, supplier_number, state, day, net, tax, total, residual,"
            " entry_id) VALUES (%s, %s, %s, %s, 'posted', %s, %s, %s, %s, %s, %s) RETURNING id"
        )
        values = (number, purchase, supplier, f"R{purchase}", self.today, net, tax, total, total, entry)
        [bill] = self.sql(head, *values).fetchone()
        body = (
            "INSERT INTO bill_line (bill_id, line_id, product_id, quantity, price, net, tax) SELECT %s, * FROM unnest("
            "%s::bigint[], %s::int[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])"
        )
        self.sql(body, bill, *map(list, zip(*rows, strict=True)))
        self.sql("UPDATE purchase_line SET billed = received WHERE purchase_id = %s", purchase)
        self.advance(purchase, "received", "billed")
        return int(bill)

    def pay(self, bill: int) -> None:
        wanted = "SELECT supplier_id, residual, entry_id FROM bill WHERE id = %s AND state = 'posted' FOR UPDATE"
        supplier, total, entry = self.sql(wanted, bill).fetchone()
        number = self.number("PAY")
        paid, ids = self.post("bank", number, [(PAYABLE, supplier, total, ZERO), (BANK, supplier, ZERO, total)])
        head = "INSERT INTO payment (number, supplier_id, day, amount, entry_id) VALUES (%s, %s, %s, %s, %s)"
        self.sql(head, number, supplier, self.today, total, paid)
        [credit] = self.sql("SELECT id FROM entry_line WHERE entry_id = %s AND account_id = 1 FOR UPDATE", entry).fetchone()
        pair = "INSERT INTO match (debit_id, credit_id, amount) VALUES (%s, %s, %s) RETURNING id"
        [match] = self.sql(pair, ids[0], credit, total).fetchone()
        self.sql("UPDATE entry_line SET match_id = %s WHERE id = ANY(%s)", match, [ids[0], credit])
        self.sql("UPDATE bill SET residual = 0, state = 'paid' WHERE id = %s", bill)
