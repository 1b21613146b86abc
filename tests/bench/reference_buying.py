"""The hand-written limit of procure to pay, in psycopg and plain SQL, row by row.

No company, policy, history, event, tax engine, approval or user: an upper bound for one-by-one work.
"""

from decimal import Decimal

from tests.bench.reference import CENT, RATE, ZERO, Line, Reference

INVENTORY, CLEARING, TAX, PAYABLE, BANK = range(1, 6)
OFFERED, LINES = 50, 5


class BuyingReference(Reference):
    """One purchase order after the other through five commits."""

    script, schema, party = "reference_buying.sql", "bench_buying", "supplier_id"

    def order(self) -> None:
        purchase = self.commit(self.create)
        self.commit(self.issue, purchase)
        self.commit(self.receive, purchase)
        self.commit(self.pay, self.commit(self.bill, purchase))

    def go_on(self, purchase: int, before: str, after: str) -> None:
        done = self.sql("UPDATE purchase SET state = %s, changed = now() WHERE id = %s AND state = %s", after, purchase, before)
        assert done.rowcount == 1

    def create(self) -> int:
        supplier = self.dice.randrange(100)
        products = [(supplier * 10 + k) % self.products for k in self.dice.sample(range(OFFERED), LINES)]
        quantities = [Decimal(self.dice.randint(1, 5)) for _ in products]
        agreed = "SELECT product_id, price FROM agreed WHERE supplier_id = %s AND product_id = ANY(%s)"
        price = dict(self.sql(agreed, supplier, products).fetchall())
        net = [(price[p] * q).quantize(CENT) for p, q in zip(products, quantities, strict=True)]
        tax = [(n * RATE).quantize(CENT) for n in net]
        [purchase] = self.sql("SELECT nextval('purchase_id_seq')").fetchone()
        head = (
            "INSERT INTO purchase (id, number, supplier_id, state, day, net, tax, total)"
            " VALUES (%s, %s, %s, 'draft', %s, %s, %s, %s)"
        )
        self.sql(head, purchase, f"PO{purchase:08d}", supplier, self.today, sum(net), sum(tax), sum(net) + sum(tax))
        body = (
            "INSERT INTO purchase_line (purchase_id, seq, product_id, quantity, price, rate, net, tax) SELECT %s, *"
            " FROM unnest(%s::int[], %s::int[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])"
        )
        columns = (list(range(LINES)), products, quantities, [price[p] for p in products], [RATE] * LINES, net, tax)
        self.sql(body, purchase, *columns)
        return int(purchase)

    def issue(self, purchase: int) -> None:
        self.go_on(purchase, "draft", "issued")

    def receive(self, purchase: int) -> None:
        self.go_on(purchase, "issued", "received")
        wanted = (
            "SELECT id, product_id, quantity - received, (quantity - received) * price FROM purchase_line"
            " WHERE purchase_id = %s AND quantity > received ORDER BY id FOR UPDATE"
        )
        rows = self.sql(wanted, purchase).fetchall()
        ids, products, quantities, values = map(list, zip(*rows, strict=True))
        values = [v.quantize(CENT) for v in values]
        self.sql("SELECT 1 FROM level WHERE product_id = ANY(%s) ORDER BY product_id FOR UPDATE", products)
        add = (
            "UPDATE level v SET on_hand = v.on_hand + u.q, value = v.value + u.w"
            " FROM unnest(%s::int[], %s::numeric[], %s::numeric[]) u(p, q, w) WHERE v.product_id = u.p"
        )
        self.sql(add, products, quantities, values)
        lines: list[Line] = [line for v in values for line in ((INVENTORY, None, v, ZERO), (CLEARING, None, ZERO, v))]
        entry, _ = self.post("stock", f"PO{purchase}", lines)
        head = "INSERT INTO receipt (number, purchase_id, day, value, entry_id) VALUES (%s, %s, %s, %s, %s) RETURNING id"
        [receipt] = self.sql(head, self.number("RC"), purchase, self.today, sum(values), entry).fetchone()
        body = (
            "WITH r AS (INSERT INTO receipt_line (receipt_id, line_id, product_id, quantity, value) SELECT %s, * FROM unnest("
            "%s::bigint[], %s::int[], %s::numeric[], %s::numeric[]) RETURNING id, product_id, quantity, value)"
            " INSERT INTO move (receipt_line_id, product_id, quantity, value) SELECT id, product_id, quantity, value FROM r"
        )
        self.sql(body, receipt, ids, products, quantities, values)
        self.sql("UPDATE purchase_line SET received = quantity WHERE purchase_id = %s", purchase)

    def bill(self, purchase: int) -> int:
        """Entered at the order's prices, matched with order and receipts, posted."""
        found = self.sql("SELECT supplier_id, net, tax, total FROM purchase WHERE id = %s FOR UPDATE", purchase).fetchone()
        supplier, net, tax, total = found
        asked = "SELECT id, product_id, quantity - billed, price, net, tax FROM purchase_line WHERE purchase_id = %s ORDER BY id"
        rows = self.sql(asked, purchase).fetchall()
        number = self.number("VB")
        head = (
            "INSERT INTO bill (number, supplier_id, supplier_number, state, day, net, tax, total, residual)"
            " VALUES (%s, %s, %s, 'entered', %s, %s, %s, %s, %s) RETURNING id"
        )
        [bill] = self.sql(head, number, supplier, f"R-{purchase}", self.today, net, tax, total, total).fetchone()
        body = (
            "INSERT INTO bill_line (bill_id, line_id, product_id, quantity, price, net, tax) SELECT %s, * FROM unnest("
            "%s::bigint[], %s::int[], %s::numeric[], %s::numeric[], %s::numeric[], %s::numeric[])"
        )
        self.sql(body, bill, *map(list, zip(*rows, strict=True)))
        match = (
            "SELECT b.quantity <= l.received - l.billed AND b.price = l.price, r.value FROM bill_line b"
            " JOIN purchase_line l ON l.id = b.line_id JOIN receipt_line r ON r.line_id = l.id WHERE b.bill_id = %s"
            " ORDER BY l.id FOR UPDATE OF l"
        )
        matched = self.sql(match, bill).fetchall()
        assert all(row[0] for row in matched)
        lines: list[Line] = [*((CLEARING, None, row[1], ZERO) for row in matched), (TAX, None, tax, ZERO)]
        entry, _ = self.post("purchases", number, [*lines, (PAYABLE, supplier, ZERO, total)])
        self.sql("UPDATE bill SET state = 'posted', entry_id = %s WHERE id = %s", entry, bill)
        self.sql("UPDATE purchase_line SET billed = received WHERE purchase_id = %s", purchase)
        return int(bill)

    def pay(self, bill: int) -> None:
        wanted = "SELECT supplier_id, residual, entry_id FROM bill WHERE id = %s AND state = 'posted' FOR UPDATE"
        supplier, total, entry = self.sql(wanted, bill).fetchone()
        number = self.number("PAY")
        paid, ids = self.post("bank", number, [(PAYABLE, supplier, total, ZERO), (BANK, supplier, ZERO, total)])
        head = "INSERT INTO payment (number, supplier_id, day, amount, entry_id) VALUES (%s, %s, %s, %s, %s)"
        self.sql(head, number, supplier, self.today, total, paid)
        owed = "SELECT id FROM entry_line WHERE entry_id = %s AND account_id = %s FOR UPDATE"
        [credit] = self.sql(owed, entry, PAYABLE).fetchone()
        pair = "INSERT INTO match (debit_id, credit_id, amount) VALUES (%s, %s, %s) RETURNING id"
        [match] = self.sql(pair, ids[0], credit, total).fetchone()
        self.sql("UPDATE entry_line SET match_id = %s WHERE id = ANY(%s)", match, [ids[0], credit])
        self.sql("UPDATE bill SET residual = 0, state = 'paid' WHERE id = %s", bill)
