"""The list of customers, and the tables on a customer's page."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from crm.customers.filters import CustomerFilter
from crm.customers.permissions import VIEW_CUSTOMERS
from crm.customers.queries import list_customers
from crm.pipeline.permissions import VIEW_OPPORTUNITIES, VIEW_QUOTATIONS
from crm.pipeline.tables import STAGES
from crm.pipeline.tables import STATES as QUOTATION_STATES
from erp.documents.registry import find_kind
from erp.parties.permissions import EDIT_PARTIES
from erp.receivables.permissions import VIEW_INVOICES
from erp.sales.permissions import VIEW_COST, VIEW_ORDERS
from erp.sales.states import FAMILIES, SalesOrderState
from erp.screens.lists import Action, Column, ListScreen, State
from erp.treasury.permissions import VIEW_PAYMENTS

ACTIVE = {True: State(_("Active"), "done"), False: State(_("Inactive"), "cancelled")}
ORDER_STATES = {state: State(state.label, FAMILIES[state]) for state in SalesOrderState}  # type: ignore[arg-type]

CUSTOMERS = ListScreen(
    name="customers",
    title=_("Customers"),
    permission=VIEW_CUSTOMERS,
    rows=list_customers,
    columns=(
        Column(name="code", label=_("Code"), kind="code"),
        Column(name="name", label=_("Name")),
        Column(name="payment_term", label=_("Payment term"), field="payment_term__name"),
        Column(name="currency_id", label=_("Currency")),
        Column(name="credit_limit", label=_("Credit limit"), kind="money"),
        Column(name="phone", label=_("Phone"), visible=False),
        Column(name="email", label=_("Email"), visible=False),
        Column(name="active", label=_("State"), kind="state", states=ACTIVE),
    ),
    filters=CustomerFilter,
    search=("code__istartswith", "name"),
    search_hint=_("Code or name"),
    default_sort="name",
    row_url=lambda row: reverse("customers:customer", args=[row.pk]),
    row_label=lambda row: row.name,
    primary=Action(_("New customer"), "parties:new_party", EDIT_PARTIES),
    empty=_("There is no customer yet."),
)


@dataclass(frozen=True)
class PageOf:
    """The address of the document of a kind that a row is, or names by `path`; None while nobody shows that kind."""

    kind: str
    path: str = "pk"

    def __call__(self, row: Any) -> str | None:
        found, pk = find_kind(self.kind), getattr(row, self.path)
        try:
            return reverse(found.url_name, args=[pk]) if found and pk else None
        except NoReverseMatch:
            return None

    def open_to(self, can: Callable[[str], bool]) -> bool:
        found = find_kind(self.kind)
        return found is not None and can(found.permission)


DATE = Column(name="date", label=_("Date"), kind="date")
TOTAL = Column(name="total", label=_("Total"), kind="money", currency="currency_code")

# Per tab: its label, icon, permission and columns.
TABS: dict[str, tuple[Any, str, str, tuple[Column, ...]]] = {
    "opportunities": (
        _("Opportunities"),
        "target",
        VIEW_OPPORTUNITIES,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("opportunity")),
            Column(name="name", label=_("Subject")),
            Column(name="stage", label=_("Stage"), kind="state", states=STAGES),
            Column(name="expected_date", label=_("Expected by"), kind="date"),
            Column(name="expected_amount", label=_("Expected amount"), kind="money"),
        ),
    ),
    "quotations": (
        _("Quotations"),
        "file-text",
        VIEW_QUOTATIONS,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("quotation")),
            DATE,
            Column(name="state", label=_("State"), kind="state", states=QUOTATION_STATES),
            Column(
                name="order",
                label=_("Sales order"),
                field="sales_order__number",
                kind="code",
                url=PageOf("sales_order", "sales_order_id"),
            ),
            TOTAL,
        ),
    ),
    "orders": (
        _("Sales orders"),
        "receipt",
        VIEW_ORDERS,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("sales_order")),
            DATE,
            Column(name="promised_date", label=_("Promised"), kind="date"),
            Column(name="state", label=_("State"), kind="state", states=ORDER_STATES),
            TOTAL,
        ),
    ),
    "to_come": (
        _("To come"),
        "clock",
        VIEW_ORDERS,
        (
            Column(
                name="order", label=_("Sales order"), field="order__number", kind="code", url=PageOf("sales_order", "order_id")
            ),
            Column(name="product", label=_("Product"), field="product__sku", kind="code", url=PageOf("product", "product_id")),
            Column(name="description", label=_("Description")),
            Column(name="open", label=_("Open"), kind="quantity", unit="unit_code"),
            Column(name="reserved", label=_("In stock for them"), kind="quantity", unit="unit_code"),
            Column(name="day", label=_("Promised"), kind="date"),
            Column(name="first", label=_("First promised"), field="order__first_promised_date", kind="date"),
        ),
    ),
    "deliveries": (
        _("Deliveries"),
        "truck-delivery",
        VIEW_ORDERS,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("delivery")),
            DATE,
            Column(
                name="order", label=_("Sales order"), field="order__number", kind="code", url=PageOf("sales_order", "order_id")
            ),
            Column(name="invoice", label=_("Invoice"), field="invoice__number", kind="code", url=PageOf("invoice", "invoice_id")),
            Column(name="cost", label=_("Cost"), kind="money", permission=VIEW_COST),
        ),
    ),
    "returns": (
        _("Returns"),
        "arrow-back-up",
        VIEW_ORDERS,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("sales_return")),
            DATE,
            Column(name="reason", label=_("Reason"), field="get_reason_display"),
            Column(
                name="delivery",
                label=_("Delivery"),
                field="delivery__number",
                kind="code",
                url=PageOf("delivery", "delivery_id"),
            ),
            Column(
                name="credit_note",
                label=_("Credit note"),
                field="credit_note__number",
                kind="code",
                url=PageOf("credit_note", "credit_note_id"),
            ),
            Column(name="cost", label=_("Cost"), kind="money", permission=VIEW_COST),
        ),
    ),
    "invoices": (
        _("Invoices"),
        "file-invoice",
        VIEW_INVOICES,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("invoice")),
            DATE,
            Column(name="due_date", label=_("Due"), kind="date"),
            Column(name="open_amount", label=_("Open"), kind="money", currency="currency_code"),
            TOTAL,
        ),
    ),
    "credit_notes": (
        _("Credit notes"),
        "file-minus",
        VIEW_INVOICES,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("credit_note")),
            DATE,
            Column(name="invoice", label=_("Invoice"), field="invoice__number", kind="code", url=PageOf("invoice", "invoice_id")),
            Column(name="residual", label=_("On account"), kind="money", currency="currency_code"),
            TOTAL,
        ),
    ),
    "payments": (
        _("Payments"),
        "cash",
        VIEW_PAYMENTS,
        (
            Column(name="number", label=_("Number"), kind="code", url=PageOf("payment")),
            DATE,
            Column(name="direction", label=_("Direction"), field="get_direction_display"),
            Column(name="memo", label=_("Memo")),
            Column(name="amount", label=_("Amount"), kind="money", currency="currency_code"),
        ),
    ),
}


def columns_of(tab: str, can: Callable[[str], bool]) -> tuple[Column, ...]:
    """The columns of a tab, linked to what this reader may open."""
    return tuple(
        replace(column, url=None) if isinstance(column.url, PageOf) and not column.url.open_to(can) else column
        for column in TABS[tab][3]
    )
