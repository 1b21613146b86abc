"""What a trading company must be like, in memory: a second, much simpler telling of the same rules. Pure.

Every verb has two halves: `..._refusal` foretells the code of the refusal (None: it works), and the verb itself changes the
model. Documents carry the ids that the database gave them. A customer has one currency; every currency has two decimals.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from tests.scenarios.model_money import ZERO, Invoice, Item, Left, allocate, match, money

OPEN_STATES = ("confirmed", "partly_delivered")


@dataclass
class Stock:
    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    value: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved

    def cost_of(self, quantity: Decimal) -> Decimal:
        """At the average; the last takes what is left."""
        return self.value if quantity == self.on_hand else min(money(self.value * quantity / self.on_hand), self.value)

    def worth_of(self, quantity: Decimal) -> Decimal:
        """Of found goods: at the average, nothing where nothing lies."""
        return money(self.value * quantity / self.on_hand) if self.on_hand else ZERO

    def put(self, quantity: Decimal, value: Decimal) -> None:
        self.on_hand += quantity
        self.value += value


@dataclass
class Line:
    product: int
    stocked: bool
    quantity: Decimal
    net: Decimal
    tax: Decimal
    reserved: Decimal = ZERO
    delivered: Decimal = ZERO
    invoiced: Decimal = ZERO
    returned: Decimal = ZERO

    @property
    def open(self) -> Decimal:
        return self.quantity - self.delivered

    @property
    def leaving(self) -> Decimal:
        """What a delivery takes now."""
        return self.reserved if self.stocked else self.open

    def share(self, amount: Decimal, quantity: Decimal) -> Decimal:
        """Of an amount of the line, what belongs to the next `quantity` to be invoiced."""
        before = money(amount * self.invoiced / self.quantity)
        return money(amount * (self.invoiced + quantity) / self.quantity) - before


@dataclass
class Order:
    customer: int
    inclusive: bool
    partial: bool
    rate: Decimal
    lines: list[Line]
    state: str = "placed"

    @property
    def open_after(self) -> bool:
        return any(line.open > line.leaving for line in self.lines)


@dataclass
class Gone:
    """A line of a delivery."""

    line: Line
    quantity: Decimal
    cost: Decimal
    returned: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        return self.quantity - self.returned

    def cost_of(self, quantity: Decimal) -> Decimal:
        before = money(self.cost * self.returned / self.quantity)
        return money(self.cost * (self.returned + quantity) / self.quantity) - before


@dataclass
class Delivery:
    order: Order
    lines: list[Gone]
    invoice: int | None = None


@dataclass
class Return:
    """What came back of a delivery, by the position of the line."""

    delivery: Delivery
    lines: dict[int, Decimal]
    credited: bool = False


Key = tuple[str, int]


@dataclass
class World:
    """Everything there is, by the ids of the database; `items` in the order in which they were opened."""

    stock: dict[int, Stock]
    orders: dict[int, Order] = field(default_factory=dict)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    returns: dict[int, Return] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    items: dict[Key, Item] = field(default_factory=dict)
    accounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def receive(self, product: int, quantity: Decimal, value: Decimal) -> None:
        self.stock[product].put(quantity, value)
        self._book(inventory=value, stock_clearing=-value)

    def count_refusal(self, product: int, found: Decimal) -> str | None:
        return "count_below_reserved" if found < self.stock[product].reserved else None

    def count(self, product: int, found: Decimal) -> None:
        stock = self.stock[product]
        more = found - stock.on_hand
        value = stock.worth_of(more) if more >= 0 else -stock.cost_of(-more)
        stock.put(more, value)
        self._book(inventory=value, count_difference=-value)

    def write_off_refusal(self, product: int, quantity: Decimal) -> str | None:
        stock = self.stock[product]
        if quantity > stock.on_hand:
            return "write_off_above_stock"
        return "write_off_reserved" if quantity > stock.available else None

    def write_off(self, product: int, quantity: Decimal) -> None:
        cost = self.stock[product].cost_of(quantity)
        self.stock[product].put(-quantity, -cost)
        self._book(inventory=-cost, stock_loss=cost)

    def find_refusal(self, product: int, unit_cost: Decimal | None) -> str | None:
        return "cost_not_known" if unit_cost is None and not self.stock[product].on_hand else None

    def find(self, product: int, quantity: Decimal, unit_cost: Decimal | None) -> None:
        stock = self.stock[product]
        value = stock.worth_of(quantity) if unit_cost is None else money(unit_cost * quantity)
        stock.put(quantity, value)
        self._book(inventory=value, stock_gain=-value)

    def place(self, order_id: int, order: Order) -> None:
        self.orders[order_id] = order

    def confirm_refusal(self, order_id: int) -> str | None:
        return None if self.orders[order_id].state == "placed" else "wrong_state"

    def confirm(self, order_id: int) -> None:
        self.orders[order_id].state = "confirmed"

    def reserve_refusal(self, order_id: int) -> str | None:
        return None if self.orders[order_id].state in OPEN_STATES else "wrong_state"

    def reserve(self, order_id: int) -> bool:
        """As far as there is something, line by line; whether nothing is missing."""
        lines = [line for line in self.orders[order_id].lines if line.stocked]
        for line in lines:
            got = min(line.open - line.reserved, self.stock[line.product].available)
            line.reserved += got
            self.stock[line.product].reserved += got
        return all(line.open == line.reserved for line in lines)

    def cancel_refusal(self, order_id: int) -> str | None:
        return None if self.orders[order_id].state in ("placed", *OPEN_STATES) else "wrong_state"

    def cancel(self, order_id: int) -> None:
        order = self.orders[order_id]
        order.state = "cancelled"
        for line in order.lines:
            self.stock[line.product].reserved -= line.reserved
            line.reserved = ZERO

    def deliver_refusal(self, order_id: int) -> str | None:
        order = self.orders[order_id]
        if order.state not in OPEN_STATES:
            return "wrong_state"
        leaving = [line for line in order.lines if line.leaving > 0]
        if not leaving or (order.open_after and not any(line.stocked for line in leaving)):
            return "nothing_to_deliver"
        return "not_fully_reserved" if order.open_after and not order.partial else None

    def deliver(self, order_id: int, delivery_id: int) -> None:
        order = self.orders[order_id]
        order.state = "partly_delivered" if order.open_after else "delivered"
        taken = [(line, line.leaving) for line in order.lines if line.leaving]
        gone = [Gone(line, quantity, self._issue(line, quantity)) for line, quantity in taken]
        self.deliveries[delivery_id] = Delivery(order, gone)

    def _issue(self, line: Line, quantity: Decimal) -> Decimal:
        cost = ZERO
        if line.stocked:
            stock = self.stock[line.product]
            cost = stock.cost_of(quantity)
            stock.put(-quantity, -cost)
            stock.reserved -= quantity
            line.reserved -= quantity
            self._book(inventory=-cost, cost_of_sales=cost)
        line.delivered += quantity
        return cost

    def take_back_refusal(self, delivery_id: int, lines: dict[int, Decimal]) -> str | None:
        gone = self.deliveries[delivery_id].lines
        return "more_than_delivered" if any(quantity > gone[i].left for i, quantity in lines.items()) else None

    def take_back(self, return_id: int, delivery_id: int, lines: dict[int, Decimal]) -> None:
        delivery = self.deliveries[delivery_id]
        for i, quantity in lines.items():
            gone = delivery.lines[i]
            if gone.line.stocked:
                cost = gone.cost_of(quantity)
                self.stock[gone.line.product].put(quantity, cost)
                self._book(inventory=cost, cost_of_sales=-cost)
            gone.returned += quantity
            gone.line.returned += quantity
        self.returns[return_id] = Return(delivery, lines)

    def invoice_refusal(self, delivery_id: int) -> str | None:
        return None if self.deliveries[delivery_id].invoice is None else "already_invoiced"

    def invoice(self, delivery_id: int, invoice_id: int, due: int) -> None:
        delivery = self.deliveries[delivery_id]
        order = delivery.order
        shares = []
        for gone in delivery.lines:
            net, tax = (gone.line.share(amount, gone.quantity) for amount in (gone.line.net, gone.line.tax))
            gone.line.invoiced += gone.quantity
            shares.append(Left(gone.quantity, net, tax))
        delivery.invoice = invoice_id
        if order.state == "delivered" and all(line.invoiced == line.quantity for line in order.lines):
            order.state = "invoiced"
        self.invoices[invoice_id] = Invoice(order.customer, order.inclusive, order.rate, shares)
        total = sum((share.net + share.tax for share in shares), ZERO)
        net = money(sum((share.net for share in shares), ZERO) * order.rate)
        tax = money(sum((share.tax for share in shares), ZERO) * order.rate)
        self._book(receivable=net + tax, revenue=-net, output_tax=-tax)
        self.items["invoice", invoice_id] = Item(order.customer, total, net + tax, due)

    def credit_return_refusal(self, return_id: int) -> str | None:
        back = self.returns[return_id]
        if back.credited:
            return "already_credited"
        return "return_not_invoiced" if back.delivery.invoice is None else None

    def credit_return(self, return_id: int, note_id: int, due: int) -> None:
        back = self.returns[return_id]
        assert back.delivery.invoice is not None
        left = self.invoices[back.delivery.invoice].lines
        taken = [left[i].take_quantity(quantity) for i, quantity in back.lines.items()]
        back.credited = True
        self._credit(back.delivery.invoice, note_id, taken, due)

    def credit_price_refusal(self, invoice_id: int, position: int, amount: Decimal) -> str | None:
        invoice = self.invoices[invoice_id]
        left = invoice.lines[position]
        return "more_than_invoiced" if amount > left.net + (left.tax if invoice.inclusive else 0) else None

    def credit_price(self, invoice_id: int, position: int, amount: Decimal, note_id: int, due: int) -> None:
        invoice = self.invoices[invoice_id]
        self._credit(invoice_id, note_id, [invoice.lines[position].take_price(amount, invoice.inclusive)], due)

    def _credit(self, invoice_id: int, note_id: int, taken: Iterable[tuple[Decimal, Decimal]], due: int) -> None:
        """Into the books; what the invoice has open is settled, the rest is the customer's."""
        invoice = self.invoices[invoice_id]
        net, tax = (sum(parts, ZERO) for parts in zip(*taken, strict=True))
        home_net, home_tax = invoice.worth(net, tax)
        rest, settled = allocate(net + tax, [self.items["invoice", invoice_id]])
        on_account = home_net + home_tax
        if rest != net + tax:
            on_account = money(on_account * rest / (net + tax))
        gone = settled + on_account
        self._book(receivable=-gone, revenue=home_net, output_tax=home_tax, exchange_difference=gone - home_net - home_tax)
        self.items["credit_note", note_id] = Item(invoice.customer, -rest, -on_account, due)

    def pay(self, payment_id: int, customer: int, amount: Decimal, rate: Decimal, due: int) -> None:
        rest, settled = allocate(amount, self.of(customer, credits=False))
        bank, on_account = money(amount * rate), money(rest * rate)
        gone = settled + on_account
        self._book(bank=bank, receivable=-gone, exchange_difference=gone - bank)
        self.items["payment", payment_id] = Item(customer, -rest, -on_account, due)

    def apply_refusal(self, customer: int) -> str | None:
        both = self.of(customer, credits=True) and self.of(customer, credits=False)
        return None if both else "nothing_to_apply"

    def apply(self, customer: int) -> None:
        for loss in match(self.of(customer, credits=True), self.of(customer, credits=False)):
            self._book(receivable=-loss, exchange_difference=loss)

    def of(self, customer: int, *, credits: bool) -> list[Item]:
        """What the customer is owed, or owes; the oldest due first."""
        found = [i for i in self.items.values() if i.customer == customer and (i.residual < 0 if credits else i.residual > 0)]
        return sorted(found, key=lambda item: item.due)

    def _book(self, **lines: Decimal) -> None:
        for role, amount in lines.items():
            self.accounts[role] += amount
