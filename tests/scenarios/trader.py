"""A trader who does whatever comes to mind, through the real operations as the application role; after each step the database
is what the model says. Halves of the steps are sensible, the others try what may be refused, and the refusal is foretold too.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.invariants import all_invariants, check
from erp.core.scope import company_scope
from erp.inventory.models import StockLevel
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft, adjust_stock
from erp.inventory.operations.count_stock import CountDraft, FoundDraft, count_stock
from erp.ledger.models import AccountRole, OpenItem, PostingAccount
from erp.ledger.queries import trial_balance
from erp.receivables.models import InvoiceLine
from erp.receivables.operations.apply_credits import CreditDraft, apply_credits
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft, post_credit_notes
from erp.receivables.operations.receive_payments import PaymentDraft, receive_payments
from erp.sales.models import DeliveryLine, SalesOrder, SalesOrderLine
from erp.sales.operations.cancel_orders import cancel_orders
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft, return_goods
from tests.scenarios.model import Line, Order, Stock, World
from tests.scenarios.model_money import TAX, money
from tests.support.cast import TODAY
from tests.support.shop import Shop

SKUS = ("LAMP", "CABLE", "HOUR")
PRICES = {"LAMP": Decimal("39.97"), "CABLE": Decimal("2.43"), "HOUR": Decimal("79.99")}
QUANTITIES = {"LAMP": Decimal(1), "CABLE": Decimal("0.5"), "HOUR": Decimal("0.25")}
TERMS = {"ANN": ("EUR", 30), "BOB": ("EUR", 0), "UMA": ("USD", 14)}
# company currency per unit: on the day of the orders, and on that of the payments
RATES = {"EUR": (Decimal(1), Decimal(1)), "USD": (Decimal("0.9123"), Decimal("0.9377"))}
ANY = st.integers(0, 10**6)
SOME = st.integers(1, 9)
CENTS = st.integers(1, 20_000).map(lambda cents: Decimal(cents) / 100)
SKU = st.sampled_from(SKUS)
GOODS = st.sampled_from(SKUS[:2])
BASKET = st.lists(st.tuples(SKU, SOME), min_size=1, max_size=4)
PARTS = st.lists(st.integers(0, 5), min_size=4, max_size=4)
DAYS = 6
VERIFY_EACH = 25
FIRST, LAST = 1, -1  # of `pick`: among the documents that the verb fits


class Trader(RuleBasedStateMachine):
    """Works in one transaction, which is rolled back when the story ends."""

    steps = 0
    done: Counter[str] = Counter()

    def __init__(self, shop: Shop) -> None:
        super().__init__()
        self.shop = shop
        self.by = {**shop.by, "at": shop.at + datetime.timedelta(DAYS)}  # its latest documents are dated then
        self.own_steps = 0
        self.scope = ExitStack()
        self.scope.enter_context(company_scope(shop.actor))
        self.world = World({shop.products[sku]: Stock() for sku in SKUS})
        self.world.accounts = self.balances()
        for level in StockLevel.objects.all():
            self.world.stock[level.product_id].put(level.on_hand, level.value)

    def teardown(self) -> None:
        try:
            self.verify()
        finally:
            transaction.set_rollback(True)
            self.scope.close()

    def attempt(self, verb: str, foretold: str | None, work: Callable[[], Any]) -> Any:
        """What the operation answers; None where it was refused, as foretold."""
        try:
            with transaction.atomic():
                answer = work()
        except (BusinessRuleViolation, Refusals) as refused:
            codes = {r.code for r in refused.refusals} if isinstance(refused, Refusals) else {refused.code}
            assert codes == {foretold}, f"{verb}: foretold {foretold}, refused {refused}"
            Trader.done[f"{verb} refused"] += 1
            return None
        assert foretold is None, f"{verb}: foretold {foretold}, but done"
        Trader.done[verb] += 1
        return answer

    def pick(self, ids: Iterable[int], number: int, refusal: Callable[[int], str | None]) -> int:
        """One of the documents; four times in five one that the verb fits, if there is one."""
        known = sorted(ids)
        fitting = [i for i in known if refusal(i) is None]
        among = known if number % 5 == 3 else fitting or known
        return among[number // 5 % len(among)]

    @initialize(data=st.data(), orders=st.integers(2, 5))
    def morning(self, data: st.DataObject, orders: int) -> None:
        """Goods on the shelf, money on account, orders at every stage: Hypothesis leaves out some of the rules in each story,
        and without one to confirm there would be none to invoice."""
        for code in sorted(TERMS):
            self.pay(code, data.draw(CENTS), exact=False)
        for sku in SKUS[:2]:
            self.receive(sku, data.draw(SOME), data.draw(CENTS))
        for i in range(orders):
            self.order(data.draw(st.sampled_from(sorted(TERMS))), data.draw(BASKET), data.draw(st.booleans()), True)
            for verb in (self.confirm, self.reserve, self.deliver)[: i + 1]:
                verb(LAST)
        for sku in SKUS[:2]:
            self.receive(sku, data.draw(SOME), data.draw(CENTS))
        for verb in (self.reserve, self.deliver):  # the rest of an order, as far as there is some
            verb(LAST)
        for _ in range(data.draw(st.integers(0, 3)) if self.world.deliveries else 0):
            self.take_back(FIRST, data.draw(PARTS))
        for _ in self.world.deliveries:
            self.invoice(FIRST, data.draw(st.integers(0, DAYS - 2)))
        if data.draw(st.booleans()):
            self.apply(FIRST)
        if data.draw(st.booleans()):
            self.cancel(data.draw(ANY))

    @rule(sku=GOODS, quantity=SOME, value=CENTS)
    def receive(self, sku: str, quantity: int, value: Decimal) -> None:
        product, amount = self.shop.products[sku], quantity * QUANTITIES[sku]
        self.attempt("receive", None, lambda: self.shop.receive(sku, str(amount), str(value)))
        self.world.receive(product, amount, value)

    @rule(sku=GOODS, number=ANY)
    def count(self, sku: str, number: int) -> None:
        """Mostly near what is there."""
        product = self.shop.products[sku]
        there = self.world.stock[product].on_hand
        found = max(Decimal(0), there + (number % 5 - 2) * QUANTITIES[sku]) if number % 7 else Decimal(0)
        draft = CountDraft(warehouse_id=self.shop.warehouse, date=TODAY, found=[FoundDraft(product, found)])
        refusal = self.world.count_refusal(product, found)
        if self.attempt("count", refusal, lambda: count_stock(counts=[draft], **self.by)):
            self.world.count(product, found)

    @rule(sku=GOODS, quantity=SOME, found=st.booleans(), cost=st.none() | CENTS)
    def adjust(self, sku: str, quantity: int, found: bool, cost: Decimal | None) -> None:
        product, amount = self.shop.products[sku], quantity * QUANTITIES[sku]
        line = AdjustmentLineDraft(product_id=product, quantity=amount, unit_cost=cost if found else None)
        reason = "found" if found else "damaged"
        draft = AdjustmentDraft(warehouse_id=self.shop.warehouse, date=TODAY, reason=reason, lines=[line])
        world = self.world
        refusal = world.find_refusal(product, cost) if found else world.write_off_refusal(product, amount)
        if self.attempt(f"adjust {reason}", refusal, lambda: adjust_stock(adjustments=[draft], **self.by)):
            if found:
                world.find(product, amount, cost)
            else:
                world.write_off(product, amount)

    @rule(customer=st.sampled_from(sorted(TERMS)), basket=BASKET, inclusive=st.booleans(), partial=st.booleans())
    def order(self, customer: str, basket: list[tuple[str, int]], inclusive: bool, partial: bool) -> None:
        lines = [(sku, quantity * QUANTITIES[sku]) for sku, quantity in basket]
        asked = [(sku, str(quantity)) for sku, quantity in lines]
        terms = {"prices_include_tax": inclusive, "partial_delivery": partial}
        placed = self.attempt("order", None, lambda: self.shop.place(customer, *asked, **terms))
        rate = RATES[TERMS[customer][0]][0]
        drafts = [self._line(sku, quantity, inclusive, rate) for sku, quantity in lines]
        self.world.place(placed.id, Order(self.shop.customers[customer], inclusive, partial, rate, drafts))

    def _line(self, sku: str, quantity: Decimal, inclusive: bool, rate: Decimal) -> Line:
        amount = money(quantity * PRICES[sku] / rate)
        net = money(amount / (1 + TAX)) if inclusive else amount
        tax = amount - net if inclusive else money(amount * TAX)
        return Line(self.shop.products[sku], sku != "HOUR", quantity, net, tax)

    @precondition(lambda self: self.world.orders)
    @rule(number=ANY)
    def confirm(self, number: int) -> None:
        order = self.pick(self.world.orders, number, self.world.confirm_refusal)
        refusal = self.world.confirm_refusal(order)
        if self.attempt("confirm", refusal, lambda: confirm_orders(order_ids=[order], **self.by)):
            self.world.confirm(order)

    @precondition(lambda self: self.world.orders)
    @rule(number=ANY)
    def reserve(self, number: int) -> None:
        order = self.pick(self.world.orders, number, self.world.reserve_refusal)
        refusal = self.world.reserve_refusal(order)
        answer = self.attempt("reserve", refusal, lambda: reserve_orders(order_ids=[order], **self.by))
        if answer is not None:
            assert answer == {order: self.world.reserve(order)}

    @precondition(lambda self: self.world.orders)
    @rule(number=ANY)
    def cancel(self, number: int) -> None:
        order = self.pick(self.world.orders, number, self.world.cancel_refusal)
        if self.attempt("cancel", self.world.cancel_refusal(order), lambda: cancel_orders(order_ids=[order], **self.by)):
            self.world.cancel(order)

    @precondition(lambda self: self.world.orders)
    @rule(number=ANY)
    def deliver(self, number: int) -> None:
        order = self.pick(self.world.orders, number, self.world.deliver_refusal)
        plan = DeliveryPlan(order_id=order, date=TODAY)
        refusal = self.world.deliver_refusal(order)
        if posted := self.attempt("deliver", refusal, lambda: deliver_orders(deliveries=[plan], **self.by)):
            self.world.deliver(order, posted[0].id)

    @precondition(lambda self: self.world.deliveries)
    @rule(number=ANY, parts=PARTS)
    def take_back(self, number: int, parts: list[int]) -> None:
        """Nothing, one, half, the rest or too much of each line."""
        gone = self.world.deliveries
        whole = {i: "more" if all(g.left == 0 for g in d.lines) else None for i, d in gone.items()}
        delivery = self.pick(gone, number, lambda i: whole[i])
        asked = {i: self._part(g.left, part) for i, (g, part) in enumerate(zip(gone[delivery].lines, parts, strict=False))}
        lines = {i: quantity for i, quantity in asked.items() if quantity > 0}
        if not lines:
            return
        keys = list(DeliveryLine.objects.filter(delivery_id=delivery).order_by("sequence").values_list("pk", flat=True))
        drafts = [ReturnLineDraft(delivery_line_id=keys[i], quantity=quantity) for i, quantity in lines.items()]
        draft = ReturnDraft(delivery_id=delivery, date=TODAY, reason="other", lines=drafts)
        refusal = self.world.take_back_refusal(delivery, lines)
        if made := self.attempt("return", refusal, lambda: return_goods(returns=[draft], **self.by)):
            self.world.take_back(made[0].id, delivery, lines)

    def _part(self, left: Decimal, part: int) -> Decimal:
        return [Decimal(0), min(left, Decimal(1)), left // 2, left, left, left + 1][part]

    @precondition(lambda self: self.world.deliveries)
    @rule(number=ANY, days=st.integers(0, DAYS - 2))
    def invoice(self, number: int, days: int) -> None:
        delivery = self.pick(self.world.deliveries, number, self.world.invoice_refusal)
        refusal, date = self.world.invoice_refusal(delivery), TODAY + datetime.timedelta(days)
        work = lambda: invoice_deliveries(delivery_ids=[delivery], date=date, **self.by)  # noqa: E731
        if posted := self.attempt("invoice", refusal, work):
            customer = self.world.deliveries[delivery].order.customer
            [terms] = [term for code, (_, term) in TERMS.items() if self.shop.customers[code] == customer]
            self.world.invoice(delivery, posted[0].id, days + terms)

    @precondition(lambda self: self.world.returns)
    @rule(number=ANY)
    def credit_return(self, number: int) -> None:
        back = self.pick(self.world.returns, number, self.world.credit_return_refusal)
        refusal, date = self.world.credit_return_refusal(back), TODAY + datetime.timedelta(DAYS - 1)
        work = lambda: credit_returns(return_ids=[back], date=date, **self.by)  # noqa: E731
        if posted := self.attempt("credit return", refusal, work):
            self.world.credit_return(back, posted[0].id, DAYS - 1)

    @precondition(lambda self: self.world.invoices)
    @rule(number=ANY, amount=CENTS.map(lambda amount: money(amount / 20) or amount), rest=st.booleans())
    def credit_price(self, number: int, amount: Decimal, rest: bool) -> None:
        """Some of the price of a line, or all that is left of it."""
        invoice = self.pick(self.world.invoices, number, lambda _: None)
        lines = self.world.invoices[invoice].lines
        position = number % len(lines)
        left = lines[position].net + (lines[position].tax if self.world.invoices[invoice].inclusive else 0)
        amount = left if rest and left > 0 else amount
        keys = list(InvoiceLine.objects.filter(invoice_id=invoice).order_by("sequence").values_list("pk", flat=True))
        line = CreditLineDraft(invoice_line_id=keys[position], amount=amount)
        note = CreditNoteDraft(invoice_id=invoice, date=TODAY + datetime.timedelta(DAYS - 1), lines=[line])
        refusal = self.world.credit_price_refusal(invoice, position, amount)
        if posted := self.attempt("credit price", refusal, lambda: post_credit_notes(notes=[note], **self.by)):
            self.world.credit_price(invoice, position, amount, posted[0].id, DAYS - 1)

    @rule(code=st.sampled_from(sorted(TERMS)), amount=CENTS, exact=st.booleans())
    def pay(self, code: str, amount: Decimal, exact: bool) -> None:
        """Some money, or what the oldest invoice asks for."""
        customer = self.shop.customers[code]
        owed = self.world.of(customer, credits=False)
        amount = owed[0].residual if exact and owed else amount
        draft = PaymentDraft(customer_id=customer, amount=amount, date=TODAY + datetime.timedelta(DAYS))
        [paid] = self.attempt("pay", None, lambda: receive_payments(payments=[draft], **self.by))
        self.world.pay(paid.id, customer, amount, RATES[TERMS[code][0]][1], DAYS)

    @rule(number=ANY)
    def apply(self, number: int) -> None:
        customer = self.pick(self.shop.customers.values(), number, self.world.apply_refusal)
        refusal, draft = self.world.apply_refusal(customer), CreditDraft(customer_id=customer)
        if self.attempt("apply credit", refusal, lambda: apply_credits(credits=[draft], **self.by)):
            self.world.apply(customer)

    @invariant()
    def the_database_is_what_the_model_says(self) -> None:
        Trader.steps += 1
        self.own_steps += 1
        world = self.world
        levels = {row.product_id: (row.on_hand, row.reserved, row.value) for row in StockLevel.objects.all()}
        expected = {key: (s.on_hand, s.reserved, s.value) for key, s in world.stock.items() if key in levels or s.on_hand}
        assert levels == expected
        assert dict(SalesOrder.objects.values_list("pk", "state")) == {i: order.state for i, order in world.orders.items()}
        columns = ("order_id", "quantity", "net", "tax", "reserved", "delivered", "invoiced", "returned")
        lines = [tuple(row) for row in SalesOrderLine.objects.order_by("order_id", "sequence").values_list(*columns)]
        expected_lines = [
            (i, n.quantity, n.net, n.tax, n.reserved, n.delivered, n.invoiced, n.returned)
            for i, order in sorted(world.orders.items())
            for n in order.lines
        ]
        assert lines == expected_lines
        items = {(kind, key): tuple(rest) for kind, key, *rest in OpenItem.objects.values_list(*ITEM)}
        assert items == {key: (item.customer, item.residual, item.carried) for key, item in world.items.items()}
        assert self.balances() == {role: world.accounts[role] for role in AccountRole.values}
        if self.own_steps % VERIFY_EACH == 0:
            self.verify()

    def verify(self) -> None:
        """The checks of `manage.py verify`, here and now."""
        assert [finding for one in all_invariants() if not (finding := check(one)).ok] == []

    def balances(self) -> dict[str, Decimal]:
        """Balance of the account of each role, debit positive."""
        last = TODAY + datetime.timedelta(days=40)
        rows = {r.account_id: r.closing for r in trial_balance(first_date=datetime.date(TODAY.year, 1, 1), last_date=last)}
        return {role: rows[account] for role, account in PostingAccount.objects.values_list("role", "account_id")}


ITEM = ("kind", "document_id", "party_id", "residual", "company_residual")
