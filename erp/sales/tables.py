"""The lists of sales orders, deliveries and returns."""

from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.queries import company_facts, company_today
from erp.sales.filters import TO_DELIVER, DeliveryFilter, OrderFilter, ReturnFilter
from erp.sales.models import Delivery, SalesOrder, SalesReturn
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.credit_returns import credit_returns
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.invoice_deliveries import invoice_deliveries
from erp.sales.operations.reserve_orders import reserve_orders
from erp.sales.permissions import (
    CONFIRM_ORDERS,
    CREDIT_RETURNS,
    DELIVER_ORDERS,
    INVOICE_DELIVERIES,
    PLACE_ORDERS,
    RESERVE_ORDERS,
    VIEW_COST,
    VIEW_ORDERS,
)
from erp.sales.states import FAMILIES, SalesOrderState
from erp.screens.lists import Action, BulkOutcome, BulkVerb, Column, ListScreen, State
from erp.screens.views.verbs import bulk_each

STATES = {state.value: State(state.label, FAMILIES[state]) for state in SalesOrderState}  # type: ignore[arg-type]
INVOICED = {True: State(_("Invoiced"), "done"), False: State(_("To invoice"), "waiting")}
CREDITED = {True: State(_("Credited"), "done"), False: State(_("To credit"), "waiting")}


def list_orders(actor: Actor) -> QuerySet[Any]:
    currency = company_facts(actor.company_id).currency_code
    return SalesOrder.objects.select_related("customer", "warehouse").annotate(company_currency=Value(currency))


def list_deliveries(actor: Actor) -> QuerySet[Any]:
    currency = company_facts(actor.company_id).currency_code
    return Delivery.objects.select_related("customer", "warehouse", "order", "invoice").annotate(
        company_currency=Value(currency),
        invoiced=Case(When(invoice__isnull=True, then=False), default=True, output_field=BooleanField()),
    )


def list_returns(actor: Actor) -> QuerySet[Any]:
    currency = company_facts(actor.company_id).currency_code
    return SalesReturn.objects.select_related("customer", "warehouse", "delivery__order", "credit_note").annotate(
        company_currency=Value(currency),
        credited=Case(When(credit_note__isnull=True, then=False), default=True, output_field=BooleanField()),
    )


def is_late(row: SalesOrder) -> bool:
    return row.state in TO_DELIVER and row.promised_date < company_today()


def _each(request: HttpRequest, ids: list[int], model: type[Any], perform: Any) -> BulkOutcome:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    with company_scope(actor, read_only=True):
        numbers = dict(model.objects.filter(pk__in=ids).values_list("pk", "number"))
    return bulk_each(request, ids, lambda pk: perform(pk, actor, at), lambda pk: numbers.get(pk, str(pk)))


def confirm_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    return _each(request, ids, SalesOrder, lambda pk, actor, at: confirm_orders(order_ids=[pk], actor=actor, at=at))


def reserve_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    return _each(request, ids, SalesOrder, lambda pk, actor, at: reserve_orders(order_ids=[pk], actor=actor, at=at))


def deliver_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    def deliver(pk: int, actor: Actor, at: Any) -> object:
        day = clock.local_date(at, company_facts(actor.company_id).time_zone)
        return deliver_orders(deliveries=[DeliveryPlan(order_id=pk, date=day)], actor=actor, at=at)

    return _each(request, ids, SalesOrder, deliver)


def invoice_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    return _each(request, ids, Delivery, lambda pk, actor, at: invoice_deliveries(delivery_ids=[pk], actor=actor, at=at))


def credit_many(request: HttpRequest, ids: list[int]) -> BulkOutcome:
    return _each(request, ids, SalesReturn, lambda pk, actor, at: credit_returns(return_ids=[pk], actor=actor, at=at))


ORDERS = ListScreen(
    name="sales_orders",
    title=_("Sales orders"),
    permission=VIEW_ORDERS,
    rows=list_orders,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="customer", label=_("Customer"), field="customer__name"),
        Column(name="state", label=_("State"), kind="state", states=STATES),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="promised", label=_("Promised"), kind="date", field="promised_date", bad=is_late),
        Column(name="reference", label=_("Customer's reference"), visible=False),
        Column(name="warehouse", label=_("Warehouse"), field="warehouse__code"),
        Column(name="priority", label=_("Priority"), kind="number", visible=False),
        Column(name="total", label=_("Total"), kind="money", currency="currency_code", total=True),
        Column(
            name="company_total",
            label=_("In company currency"),
            kind="money",
            currency="company_currency",
            total=True,
        ),
    ),
    filters=OrderFilter,
    search=("number__istartswith", "customer__name", "reference__istartswith"),
    search_hint=_("Number, customer or reference"),
    default_sort="-id",
    row_url=lambda row: reverse("sales:order", args=[row.pk]),
    row_label=lambda row: row.number,
    primary=Action(_("New order"), "pipeline:new_order", PLACE_ORDERS),
    bulk=(
        BulkVerb(name="confirm", label=_("Confirm"), permission=CONFIRM_ORDERS, perform=confirm_many),
        BulkVerb(name="reserve", label=_("Reserve stock"), permission=RESERVE_ORDERS, perform=reserve_many, icon="lock"),
        BulkVerb(name="deliver", label=_("Deliver"), permission=DELIVER_ORDERS, perform=deliver_many, icon="truck-delivery"),
    ),
    empty=_("No order has been taken yet."),
)
DELIVERIES = ListScreen(
    name="deliveries",
    title=_("Deliveries"),
    permission=VIEW_ORDERS,
    rows=list_deliveries,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="customer", label=_("Customer"), field="customer__name"),
        Column(name="state", label=_("State"), kind="state", field="invoiced", states=INVOICED, sort=False),
        Column(name="order", label=_("Sales order"), kind="code", field="order__number", sort="order_id"),
        Column(name="invoice", label=_("Invoice"), kind="code", field="invoice__number", sort="invoice_id"),
        Column(name="warehouse", label=_("Warehouse"), field="warehouse__code"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="cost", label=_("Cost"), kind="money", currency="company_currency", total=True, permission=VIEW_COST),
    ),
    filters=DeliveryFilter,
    search=("number__istartswith", "customer__name", "order__number__istartswith"),
    search_hint=_("Number, customer or order"),
    default_sort="-id",
    row_url=lambda row: reverse("sales:delivery", args=[row.pk]),
    row_label=lambda row: row.number,
    bulk=(
        BulkVerb(name="invoice", label=_("Invoice"), permission=INVOICE_DELIVERIES, perform=invoice_many, icon="file-invoice"),
    ),
    empty=_("Nothing has been delivered yet."),
)
RETURNS = ListScreen(
    name="sales_returns",
    title=_("Returns"),
    permission=VIEW_ORDERS,
    rows=list_returns,
    columns=(
        Column(name="number", label=_("Number"), kind="code"),
        Column(name="customer", label=_("Customer"), field="customer__name"),
        Column(name="state", label=_("State"), kind="state", field="credited", states=CREDITED, sort=False),
        Column(name="reason", label=_("Reason"), field="get_reason_display", sort="reason"),
        Column(name="delivery", label=_("Delivery"), kind="code", field="delivery__number", sort="delivery_id"),
        Column(name="credit_note", label=_("Credit note"), kind="code", field="credit_note__number", sort="credit_note_id"),
        Column(name="warehouse", label=_("Warehouse"), field="warehouse__code"),
        Column(name="date", label=_("Date"), kind="date"),
        Column(name="cost", label=_("Cost"), kind="money", currency="company_currency", total=True, permission=VIEW_COST),
    ),
    filters=ReturnFilter,
    search=("number__istartswith", "customer__name", "delivery__number__istartswith"),
    search_hint=_("Number, customer or delivery"),
    default_sort="-id",
    row_url=lambda row: reverse("sales:return", args=[row.pk]),
    row_label=lambda row: row.number,
    bulk=(BulkVerb(name="credit", label=_("Credit return"), permission=CREDIT_RETURNS, perform=credit_many, icon="file-minus"),),
    empty=_("Nothing has come back yet. Goods are returned from the page of their delivery."),
)
