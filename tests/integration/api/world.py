"""A company in which every write operation of the API can succeed: what Schemathesis mixes into its random input."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from erp.core import clock
from erp.core.actor import system_actor
from erp.core.events import DocumentRef
from erp.core.models import Delivery
from erp.core.units import run_unit
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.ledger.operations.post_entries import EntryDraft, credit, debit, post_entries
from tests.integration.api import trade
from tests.integration.api.conftest import Program
from tests.integration.api.test_walls import raise_one
from tests.integration.api.world_factory import PREPARE_FACTORY
from tests.support.days import day_in

Prepared = tuple[Any, dict[str, Any]]


@dataclass
class World:
    """`serial` makes names that were never used; `statuses` collects what each operation answered."""

    company: Company
    api: Program
    key: str
    serial: Iterator[int] = field(default_factory=itertools.count)
    statuses: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def name(self, prefix: str) -> str:
        return f"{prefix}{next(self.serial)}"

    def settle_in(self) -> None:
        trade.masters(self.api)
        trade.stock(self.api, "1000")

    def any_of(self, path: str) -> Any:
        """The id of a record there, whatever it is; "0" where there is none."""
        rows = self.api.get(f"{path}/?limit=1").json()["results"]
        return rows[0]["id"] if rows else "0"


def _order(world: World, *verbs: str) -> str:
    trade.stock(world.api, "5")
    number = str(trade.order(world.api)["number"])
    for verb in verbs:
        trade.created(world.api.post(f"erp/sales-orders/{number}/{verb}/"))
    return number


def _delivery(world: World) -> str:
    order = _order(world, "confirm", "reserve")
    return str(trade.created(world.api.post("erp/deliveries/", {"sales_order": order}))["number"])


def _invoiced(world: World) -> tuple[str, str]:
    """A delivery and its invoice."""
    delivery = _delivery(world)
    return delivery, str(trade.created(world.api.post(f"erp/deliveries/{delivery}/invoice/"))["number"])


def _return(world: World) -> str:
    return str(trade.came_back(world.api, _invoiced(world)[0])["number"])


def _quotation(world: World) -> str:
    return str(trade.quotation(world.api)["number"])


def _opportunity(world: World) -> str:
    return str(trade.created(world.api.post("crm/opportunities/", {"name": "x", "customer": "C1"}))["number"])


def _entry(world: World) -> str:
    """A general entry, of no document."""
    actor, at, amount = system_actor(world.company.pk, "test"), clock.now(), Decimal(5)
    lines = (debit("bank", amount, currency="EUR"), credit("opening", amount, currency="EUR"))
    document = DocumentRef("voucher", next(world.serial) + 1)
    draft = EntryDraft(journal="general", date=day_in(actor.company_id, at), document=document, document_number="V", lines=lines)
    [posted] = run_unit(actor, lambda: post_entries(entries=[draft], actor=actor, at=at))
    return posted.number


def _parked(world: World) -> int:
    trade.order(world.api)
    row = Delivery.objects.filter(company_id=world.company.pk).latest("id")
    Delivery.objects.filter(pk=row.pk).update(state="parked")
    return row.pk


def _credit(world: World) -> dict[str, Any]:
    """What applies money on account to an invoice posted after it."""
    trade.created(world.api.post("erp/payments/", {"customer": "C1", "amount": "1000000"}))
    trade.created(world.api.post(f"erp/deliveries/{_delivery(world)}/invoice/"))
    return {"customer": "C1"}


def _exception(world: World) -> int:
    order = trade.order(world.api)
    raise_one(world.company, document_id=order["id"])
    return int(world.any_of("integration/exceptions"))


def _dismissed(world: World) -> int:
    pk = _exception(world)
    trade.created(world.api.post(f"integration/exceptions/{pk}/dismiss/"))
    return pk


def _rule(world: World) -> int:
    return int(trade.created(world.api.post("integration/rules/", _RULE))["id"])


def _file(world: World) -> dict[str, Any]:
    return {"kind": "sales_order", "document": _order(world), "name": "a.txt", "content": "YQ=="}


def _task(world: World) -> dict[str, Any]:
    user, _made = User.objects.get_or_create(username="worker", defaults={"email": "worker@example.com"})
    Membership.objects.get_or_create(user=user, company=world.company, role=Role.SALESPERSON)
    return {"kind": "sales_order", "document": _order(world), "subject": "x", "due_date": "2026-03-02", "owner_id": user.pk}


_ORDER = {"customer": "C1", "lines": [*trade.lines(), *trade.lines(unit="box")]}
_RULE = {"verb": "confirm", "name": "all", "valid_from_date": "2026-01-01"}
_STOCK = {"warehouse": "MAIN", "lines": [{"product": "P1", "quantity": "1", "unit": "box", "unit_cost": "1"}]}
_PRODUCT = {"name": "x", "unit": "PC", "tax_code": "STD", "list_price": "1", "units": [{"code": "box", "numerator": 12}]}
_PARTY = {"name": "x", "currency": "EUR", "payment_term": "NET30", "is_customer": True}

PREPARE: dict[str, Callable[[World], Prepared]] = PREPARE_FACTORY | {
    "crm_opportunities_create": lambda w: (None, {"name": "x", "customer": "C1"}),
    "crm_opportunities_update": lambda w: (_opportunity(w), {"name": "y"}),
    "crm_opportunities_move": lambda w: (_opportunity(w), {"stage": "qualified"}),
    "crm_quotations_create": lambda w: (None, _ORDER),
    "crm_quotations_update": lambda w: (_quotation(w), {"reference": "y"}),
    "crm_quotations_accept": lambda w: (_quotation(w), {}),
    "crm_quotations_cancel": lambda w: (_quotation(w), {}),
    "crm_orders_create": lambda w: (None, _ORDER),
    "erp_comments_create": lambda w: (None, {"kind": "sales_order", "document": _order(w), "text": "x"}),
    "erp_attachments_create": lambda w: (None, _file(w)),
    "erp_attachments_retrieve": lambda w: (trade.created(w.api.post("erp/attachments/", _file(w)))["id"], {}),
    "erp_attachments_remove": lambda w: (trade.created(w.api.post("erp/attachments/", _file(w)))["id"], {}),
    "erp_tasks_create": lambda w: (None, _task(w)),
    "erp_tasks_complete": lambda w: (trade.created(w.api.post("erp/tasks/", _task(w)))["id"], {}),
    "erp_sales_orders_create": lambda w: (None, _ORDER),
    "erp_sales_orders_bulk": lambda w: (None, {"mode": "per_row", "orders": [_ORDER]}),
    "erp_sales_orders_confirm": lambda w: (_order(w), {}),
    "erp_sales_orders_cancel": lambda w: (_order(w), {}),
    "erp_sales_orders_reserve": lambda w: (_order(w, "confirm"), {}),
    "erp_deliveries_create": lambda w: (None, {"sales_order": _order(w, "confirm", "reserve")}),
    "erp_deliveries_invoice": lambda w: (_delivery(w), {}),
    "erp_sales_returns_create": lambda w: (
        None,
        {"delivery": _delivery(w), "reason": "damaged", "lines": [{"delivery_line": 1, "quantity": "1"}]},
    ),
    "erp_sales_returns_credit": lambda w: (_return(w), {}),
    "erp_credit_notes_create": lambda w: (
        None,
        {"invoice": _invoiced(w)[1], "lines": [{"invoice_line": 1, "quantity": "1"}]},
    ),
    "erp_payments_create": lambda w: (None, {"customer": "C1", "amount": "5"}),
    "erp_open_items_apply": lambda w: (None, _credit(w)),
    "erp_warehouses_create": lambda w: (None, {"code": w.name("W-"), "name": "x"}),
    "erp_warehouses_update": lambda w: (_warehouse(w), {"name": "y"}),
    "erp_receipts_create": lambda w: (None, _STOCK),
    "erp_stock_counts_create": lambda w: (None, {"warehouse": "MAIN", "lines": [{"product": "P1", "found": "5000"}]}),
    "erp_stock_adjustments_create": lambda w: (
        None,
        {"warehouse": "MAIN", "reason": "found", "lines": [{"product": "P1", "quantity": "2"}]},
    ),
    "erp_journal_entries_reverse": lambda w: (_entry(w), {}),
    "erp_periods_lock": lambda w: ("2027-12", {}),
    "erp_periods_unlock": lambda w: ("2027-12", {}),
    "erp_parties_create": lambda w: (None, {**_PARTY, "code": w.name("C-")}),
    "erp_parties_update": lambda w: (trade.customer(w.api, w.name("C-"))["code"], {"name": "y"}),
    "erp_products_create": lambda w: (None, {**_PRODUCT, "sku": w.name("P-")}),
    "erp_products_update": lambda w: (trade.product(w.api, w.name("P-"))["sku"], {"name": "y"}),
    "erp_product_categories_create": lambda w: (None, {"code": w.name("K-"), "name": "x"}),
    "erp_product_categories_update": lambda w: (_category(w), {"name": "y"}),
    "integration_rules_create": lambda w: (None, _RULE),
    "integration_rules_update": lambda w: (_rule(w), {"name": "y"}),
    "integration_exceptions_run": lambda w: (_exception(w), {}),
    "integration_exceptions_settle": lambda w: (_exception(w), {}),
    "integration_exceptions_dismiss": lambda w: (_exception(w), {}),
    "integration_exceptions_reopen": lambda w: (_dismissed(w), {}),
    "integration_parked_events_replay": lambda w: (_parked(w), {"reason": "mended"}),
    "integration_parked_events_skip": lambda w: (_parked(w), {"reason": "late"}),
}


def _warehouse(world: World) -> str:
    return str(trade.created(world.api.post("erp/warehouses/", {"code": world.name("W-"), "name": "x"}))["code"])


def _category(world: World) -> str:
    return str(trade.created(world.api.post("erp/product-categories/", {"code": world.name("K-"), "name": "x"}))["code"])
