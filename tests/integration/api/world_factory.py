"""How the write operations of buying, making and planning succeed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from erp.automation.operations.request_approvals import ApprovalCase, request_approvals
from erp.core import clock
from erp.core.actor import system_actor
from erp.core.units import run_unit
from erp.identity.models import Membership, User
from erp.identity.roles import Role
from erp.purchasing.operations.issue_orders import await_approvals
from tests.integration.api import trade
from tests.support.days import day_in

LATER = "2030-01-01"
SINCE = "2026-01-01"
CALENDAR = {"warehouse": "MAIN", "weekdays": [1, 2, 3, 4, 5], "days": [{"date": "2026-12-25", "name": "Christmas"}]}
POLICY = {
    "kind": "purchase_order",
    "name": "Large ones",
    "from_amount": "1000000",
    "stages": [{"roles": ["administrator"]}],
    "valid_from_date": SINCE,
}


def _post(world: Any, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    return trade.created(world.api.post(path, body or {}))


def _supplier(world: Any) -> str:
    body = {"code": world.name("S-"), "name": "x", "currency": "EUR", "payment_term": "NET30", "is_supplier": True}
    return str(_post(world, "erp/parties/", body)["code"])


def _part(world: Any, **fields: Any) -> str:
    return str(trade.product(world.api, world.name("PART-"), **fields)["sku"])


def _agreement(world: Any) -> dict[str, Any]:
    line = {"product": _part(world), "lead_days": 3, "tiers": [{"price": "4"}]}
    return {"supplier": _supplier(world), "currency": "EUR", "valid_from_date": SINCE, "lines": [line]}


def _purchase_order(world: Any) -> dict[str, Any]:
    lines = [{"product": _part(world), "quantity": "10", "unit_price": "4", "requested_date": LATER}]
    return {"supplier": _supplier(world), "lines": lines}


def _bought(world: Any, *steps: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """An order that was issued, and what was done to it then; a line of a body stands for the order's only one."""
    order = _post(world, "erp/purchase-orders/", _purchase_order(world))
    for verb, body in (("issue", {}), *steps):
        of_lines = {"lines": [{"line": order["lines"][0]["id"], **line} for line in body["lines"]]} if "lines" in body else {}
        order = _post(world, f"erp/purchase-orders/{order['id']}/{verb}/", {**body, **of_lines})
    return order


RECEIVE: tuple[str, dict[str, Any]] = ("receive", {"lines": [{"arrived": "6"}]})


def _counter(world: Any) -> tuple[int, dict[str, Any]]:
    order = _bought(world, ("counter-propose", {"quantity": "8", "promised_date": LATER}))
    return order["id"], {"answer": order["answers"][0]["id"], "accepted": True}


def _received(world: Any) -> tuple[int, dict[str, Any]]:
    order = _bought(world)
    return order["id"], {"lines": [{"line": order["lines"][0]["id"], "arrived": "6"}]}


def _accrued(world: Any) -> tuple[int, dict[str, Any]]:
    """What came in and will never be billed."""
    return _bought(world, RECEIVE, ("close", {}))["id"], {"reason": "never billed"}


def _return(world: Any) -> dict[str, Any]:
    order = _bought(world, RECEIVE)
    return {"purchase_order": order["number"], "lines": [{"line": order["lines"][0]["id"], "quantity": "1"}]}


def _bill(world: Any, quantity: str = "6") -> dict[str, Any]:
    order = _bought(world, RECEIVE)
    lines = [{"order_line": order["lines"][0]["id"], "quantity": quantity}]
    return {"supplier": order["supplier"]["code"], "supplier_number": world.name("R-"), "lines": lines}


def _entered(world: Any, quantity: str = "6") -> int:
    """A bill that matches; one of another quantity than 6 is held."""
    return int(_post(world, "erp/vendor-bills/", _bill(world, quantity))["id"])


def _bom(world: Any) -> dict[str, Any]:
    component = _part(world)
    trade.stock(world.api, "100", component)
    return {
        "product": _part(world, supply="make"),
        "valid_from_date": SINCE,
        "lines": [{"component": component, "quantity": "2"}],
    }


def _production(world: Any) -> dict[str, Any]:
    bom = _post(world, "erp/boms/", _bom(world))
    return {"product": bom["product"]["sku"], "quantity": "5", "due_date": LATER}


def _made(world: Any, *verbs: str) -> int:
    pk = int(_post(world, "erp/manufacturing-orders/", _production(world))["id"])
    for verb in verbs:
        _post(world, f"erp/manufacturing-orders/{pk}/{verb}/", {"good": "5"} if verb == "complete" else {})
    return pk


def _requisition(world: Any, sku: str = "") -> dict[str, Any]:
    return {"lines": [{"product": sku or _part(world), "quantity": "10", "need_date": LATER}]}


def _asked(world: Any, *, agreed: bool = False) -> int:
    sku = _part(world)
    if agreed:
        line = {"product": sku, "lead_days": 3, "tiers": [{"price": "5"}]}
        _post(world, "erp/agreements/", _agreement(world) | {"lines": [line]})
    return int(_post(world, "erp/requisitions/", _requisition(world, sku))["id"])


def _one_back(world: Any) -> tuple[int, dict[str, Any]]:
    pk = _made(world, "release")
    issued = _post(world, f"erp/manufacturing-orders/{pk}/issue/", {})
    return pk, {"lines": [{"component": issued["components"][0]["id"], "quantity": "1"}]}


def _policy(world: Any, sku: str) -> dict[str, Any]:
    return {"product": sku, "warehouse": "MAIN", "safety_stock": "7"}


def _planned(world: Any) -> str:
    sku = _part(world)
    _post(world, "scm/item-policies/", _policy(world, sku))
    return sku


def _proposal(world: Any) -> int:
    agreement = _post(world, "erp/agreements/", _agreement(world))
    sku = agreement["lines"][0]["product"]["sku"]
    _post(world, "scm/item-policies/", _policy(world, sku))
    _post(world, "scm/plan-runs/", {"warehouse": "MAIN", "products": [sku]})
    return int(world.api.get(f"scm/proposals/?product={sku}").json()["results"][0]["id"])


def _approval(world: Any) -> tuple[int, str, int]:
    """A purchase order that waits for the world's key: its id, the number of the request and its id."""
    _post(world, "erp/approval-policies/", POLICY)
    order = _post(world, "erp/purchase-orders/", _purchase_order(world))
    case = ApprovalCase(
        kind="purchase_order", document_id=order["id"], number=order["number"], amount=Decimal(2_000_000), asked_by="system:test"
    )
    actor, at = system_actor(world.company.pk, "test"), clock.now()

    def ask() -> None:
        request_approvals(cases=[case], on=day_in(world.company.pk, at), actor=actor, at=at)
        await_approvals(order_ids=[order["id"]], actor=actor, at=at)

    run_unit(actor, ask)
    found = world.api.get(f"erp/approvals/?document_number={order['number']}").json()["results"][0]
    return int(order["id"]), str(found["number"]), int(found["id"])


def _people(world: Any) -> dict[str, Any]:
    """Two people of the company as those of a delegation."""
    found = []
    for name in ("away", "there"):
        user, _made = User.objects.get_or_create(username=f"{name}{world.company.pk}", defaults={"email": f"{name}@x.example"})
        Membership.objects.get_or_create(user=user, company=world.company, role=Role.BUYER)
        found.append(user)
    return {"from_user": found[0].username, "to_user": found[1].pk, "first_date": SINCE, "last_date": LATER}


def _delegated(world: Any) -> int:
    return int(_post(world, "erp/delegations/", _people(world))["id"])


def _person(world: Any) -> dict[str, Any]:
    return {"name": "Sue", "email": world.name("sue") + "@orion.example"}


def _let_in(world: Any) -> tuple[str, dict[str, Any]]:
    supplier = _supplier(world)
    return supplier, {"person": _post(world, f"scm/suppliers/{supplier}/invite/", _person(world))["id"]}


def _keyed(world: Any) -> tuple[str, dict[str, Any]]:
    supplier = _supplier(world)
    made = world.api.post(f"scm/suppliers/{supplier}/make-key/", {"name": "x"}).json()
    return supplier, {"prefix": made["prefix"]}


def make_one_of_each(world: Any) -> None:
    """A record of each kind there is to read."""
    _post(world, "erp/returns/", _return(world))
    _post(world, "erp/requisitions/", _requisition(world))
    _post(world, "erp/working-calendars/", CALENDAR)
    _entered(world)
    _made(world)
    _proposal(world)
    _post(world, "scm/plan-jobs/", {"warehouse": "MAIN"})
    _approval(world)
    _delegated(world)
    _post(world, "erp/match-tolerances/", {"price_over_fraction": "0.02"})


PREPARE_FACTORY: dict[str, Callable[[Any], tuple[Any, dict[str, Any]]]] = {
    "crm_promises_create": lambda w: (None, {"lines": [{"product": _part(w), "quantity": "3", "date": LATER}]}),
    "erp_agreements_create": lambda w: (None, _agreement(w)),
    "erp_agreements_update": lambda w: (_post(w, "erp/agreements/", _agreement(w))["id"], {"memo": "y"}),
    "erp_requisitions_create": lambda w: (None, _requisition(w)),
    "erp_requisitions_order": lambda w: (_asked(w, agreed=True), {}),
    "erp_requisitions_cancel": lambda w: (_asked(w), {}),
    "erp_purchase_orders_create": lambda w: (None, _purchase_order(w)),
    "erp_purchase_orders_approve": lambda w: (_approval(w)[0], {}),
    "erp_approvals_approve": lambda w: (_approval(w)[1], {"comment": "x"}),
    "erp_approvals_refuse": lambda w: (_approval(w)[1], {"comment": "too dear"}),
    "erp_approval_policies_create": lambda w: (None, POLICY),
    "erp_approval_policies_update": lambda w: (_post(w, "erp/approval-policies/", POLICY)["id"], {"name": "y"}),
    "erp_delegations_create": lambda w: (None, _people(w)),
    "erp_delegations_update": lambda w: (_delegated(w), {"reason": "y"}),
    "erp_delegations_end": lambda w: (_delegated(w), {}),
    "erp_purchase_orders_issue": lambda w: (_post(w, "erp/purchase-orders/", _purchase_order(w))["id"], {}),
    "erp_purchase_orders_confirm": lambda w: (_bought(w)["id"], {}),
    "erp_purchase_orders_counter_propose": lambda w: (_bought(w)["id"], {"quantity": "8"}),
    "erp_purchase_orders_settle": _counter,
    "erp_purchase_orders_advise": lambda w: (_bought(w)["id"], {"expected_date": LATER}),
    "erp_purchase_orders_receive": _received,
    "erp_purchase_orders_close": lambda w: (_bought(w, RECEIVE)["id"], {}),
    "erp_purchase_orders_cancel": lambda w: (_bought(w)["id"], {}),
    "erp_purchase_orders_message": lambda w: (_bought(w)["id"], {"text": "x"}),
    "erp_purchase_orders_write_off": _accrued,
    "erp_returns_create": lambda w: (None, _return(w)),
    "erp_vendor_bills_create": lambda w: (None, _bill(w)),
    "erp_vendor_bills_rematch": lambda w: (_entered(w, "7"), {}),
    "erp_vendor_bills_release": lambda w: (_entered(w, "7"), {"reason": "agreed"}),
    "erp_vendor_bills_reject": lambda w: (_entered(w, "7"), {}),
    "erp_vendor_bills_pay": lambda w: (_entered(w), {}),
    "scm_suppliers_figures": lambda w: (_supplier(w), {}),
    "scm_suppliers_keys": lambda w: (_supplier(w), {}),
    "scm_suppliers_make_key": lambda w: (_supplier(w), {"name": "their shop"}),
    "scm_suppliers_revoke_key": _keyed,
    "scm_suppliers_people": lambda w: (_supplier(w), {}),
    "scm_suppliers_invite": lambda w: (_supplier(w), _person(w)),
    "scm_suppliers_end_person": _let_in,
    "erp_match_tolerances_create": lambda w: (None, {"supplier": _supplier(w), "price_over_fraction": "0.05"}),
    "erp_boms_create": lambda w: (None, _bom(w)),
    "erp_boms_update": lambda w: (_post(w, "erp/boms/", _bom(w))["id"], {"lead_days": 2}),
    "erp_working_calendars_create": lambda w: (None, CALENDAR),
    "erp_manufacturing_orders_create": lambda w: (None, _production(w)),
    "erp_manufacturing_orders_move": lambda w: (_made(w), {"start_date": LATER, "due_date": LATER}),
    "erp_manufacturing_orders_release": lambda w: (_made(w), {}),
    "erp_manufacturing_orders_issue": lambda w: (_made(w, "release"), {}),
    "erp_manufacturing_orders_return_components": lambda w: _one_back(w),
    "erp_manufacturing_orders_complete": lambda w: (_made(w, "release", "issue"), {"good": "5"}),
    "erp_manufacturing_orders_close": lambda w: (_made(w, "release", "issue", "complete"), {}),
    "erp_manufacturing_orders_cancel": lambda w: (_made(w), {}),
    "scm_plan_runs_create": lambda w: (None, {"warehouse": "MAIN", "products": [_planned(w)]}),
    "scm_plan_jobs_create": lambda w: (None, {"warehouse": "MAIN"}),
    "scm_proposals_accept": lambda w: (_proposal(w), {}),
    "scm_proposals_firm": lambda w: (_proposal(w), {"quantity": "50"}),
    "scm_proposals_withdraw": lambda w: (_proposal(w), {}),
    "scm_projections_projection": lambda w: (_planned(w), {}),
    "scm_item_policies_create": lambda w: (None, _policy(w, _part(w))),
}
