"""What the portal shows of orders, bills and items."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.payables.permissions import SEND_BILL
from erp.purchasing.models import AdviceLine, PurchaseOrder, PurchaseOrderLine
from erp.purchasing.permissions import ADVISE, ANSWER
from erp.purchasing.states import FAMILIES, OPEN, PurchaseOrderState
from erp.screens.columns import measure_column, price_column
from erp.screens.documents import Amount, DocumentPage, Fact, Lines, Verb
from erp.screens.lists import Column, State
from erp.screens.trail import Crumb, Trail
from scm.suppliers.queries import OwnBill, SharedItem, Week

ORDER_STATES = {s.value: State(s.label, FAMILIES[s]) for s in PurchaseOrderState}  # type: ignore[arg-type]


def orders_lines(orders: Sequence[PurchaseOrder], title: str) -> Lines:
    columns = (
        Column(name="number", label=_("Number"), kind="code", url=lambda row: reverse("portal:order", args=[row.pk])),
        Column(name="state", label=_("State"), kind="state", states=ORDER_STATES),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="expected", label=_("Expected"), kind="date"),
        Column(name="warehouse", label=_("Deliver to"), field="warehouse__name"),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code"),
    )
    return Lines(columns=columns, rows=orders, title=title)


def bill_lines(bills: Sequence[OwnBill]) -> Lines:
    columns = (
        Column(name="supplier_number", label=_("Your number"), kind="code"),
        Column(name="number", label=_("Our number"), kind="code"),
        Column(name="state", label=_("State")),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="due_date", label=_("Due"), kind="date"),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code"),
        Column(name="open", label=_("To be paid"), kind="money", currency="currency_code"),
    )
    return Lines(columns=columns, rows=bills)


def item_lines(items: Sequence[SharedItem]) -> Lines:
    def weeks(found: Sequence[Week] | None) -> str:
        return "" if found is None else ", ".join(f"{week.week:%d.%m.}: {week.quantity.normalize():f}" for week in found[:8])

    columns = (
        Column(name="product", label=_("Product"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="on_hand", label=_("On hand"), kind="quantity"),
        Column(name="available", label=_("Available"), kind="quantity"),
        Column(name="demand", label=_("Wanted by week"), text=lambda row: weeks(row.demand)),
        Column(name="forecast", label=_("Will be ordered by week"), text=lambda row: weeks(row.forecast)),
    )
    return Lines(columns=columns, rows=items, key="product")


def order_page(
    order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], advised: Sequence[AdviceLine], actor: Actor
) -> DocumentPage:
    return DocumentPage(
        number=order.number,
        title=_("Deliver to"),
        type_label=_("Purchase order"),
        state_label=order.get_state_display(),
        state_family=FAMILIES[PurchaseOrderState(order.state)],  # type: ignore[arg-type]
        actor=actor,
        party=order.warehouse.name,
        trail=Trail((Crumb(_("Orders"), reverse("portal:orders")),)),
        key_amount=Fact(label=_("Total"), value=order.total, kind="money", unit=order.currency_code),
        key_date=Fact(label=_("Date"), value=order.date, kind="date"),
        facts=[
            Fact(label=_("Agreement"), value=order.agreement.number if order.agreement else ""),
            Fact(label=_("Payment days"), value=order.payment_days, kind="number"),
        ],
        lines=order_lines(lines),
        more_lines=[advised_lines(advised)] if advised else [],
        amounts=[
            Amount(_("Net"), order.net, order.currency_code),
            Amount(_("Tax"), order.tax, order.currency_code),
            Amount(_("Total"), order.total, order.currency_code, strong=True),
        ],
    )


def order_verbs(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[Verb]:
    """What the supplier may do with the order; what is not possible now says why."""
    expects = order.state in OPEN and any(not line.closed_short and line.quantity > line.received for line in lines)
    unbilled = any(line.received - line.returned > line.billed for line in lines)

    def verb(name: str, label: str, permission: str, icon: str, possible: bool, why: str) -> Verb:
        url, asks = reverse(f"portal:{name}", args=[order.pk]), {"enabled": possible, "reason": "" if possible else why}
        return Verb(name=name, label=label, url=url, permission=permission, method="get", icon=icon, **asks)  # type: ignore[arg-type]

    nothing = _("Nothing of the order is expected any more.")
    return [
        verb("confirm", _("Confirm order"), ANSWER, "check", expects, nothing),
        verb("counter", _("Propose something else"), ANSWER, "arrows-exchange", expects, nothing),
        verb("advise", _("Advise delivery"), ADVISE, "truck-delivery", expects, nothing),
        verb("new_bill", _("Send bill"), SEND_BILL, "file-invoice", unbilled, _("Nothing came that is not billed yet.")),
    ]


def order_lines(lines: Sequence[PurchaseOrderLine]) -> Lines:
    columns = (
        Column(name="product", label=_("Product"), field="product__sku", kind="code"),
        Column(name="description", label=_("Description")),
        measure_column(_("Quantity")),
        price_column(lines),
        Column(name="requested_date", label=_("Requested"), kind="date"),
        Column(name="last_promised_date", label=_("Promised"), kind="date"),
        Column(name="received", label=_("Received"), kind="quantity", unit="product__unit__code"),
        Column(name="billed", label=_("Billed"), kind="quantity"),
    )
    return Lines(columns=columns, rows=lines)


def advised_lines(advised: Sequence[AdviceLine]) -> Lines:
    columns = (
        Column(name="advice", label=_("Advice"), field="advice__number", kind="code"),
        Column(name="reference", label=_("Delivery note"), field="advice__reference", kind="code"),
        Column(name="expected", label=_("Arrives on"), field="advice__expected_date", kind="date"),
        Column(name="product", label=_("Product"), field="order_line__product__sku", kind="code"),
        Column(name="quantity", label=_("Quantity"), kind="quantity", unit="order_line__product__unit__code"),
    )
    return Lines(columns=columns, rows=advised, title=_("Advised deliveries"))
