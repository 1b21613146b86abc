"""The part of the story in which is bought and made: every document of purchasing, payables, manufacturing and planning."""

import datetime
from decimal import Decimal
from typing import Any

from erp.automation.operations.answer_approvals import ApprovalReply, answer_approvals
from erp.automation.operations.request_approvals import ApprovalCase, request_approvals
from erp.automation.operations.save_approval_policies import ApprovalPolicyDraft, save_approval_policies
from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core.actor import Actor
from erp.core.units import run_unit
from erp.identity.access import actor_of_key
from erp.identity.api_keys import create_api_key
from erp.identity.models import ApiKey, Company
from erp.identity.roles import Role
from erp.manufacturing.drafts import BomDraft, BomLineDraft, CompletionDraft, ManufacturingDraft
from erp.manufacturing.operations.complete_production import complete_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.place_production import place_production
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.operations.save_bills import save_bills
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.payables.operations.pay_bills import BillPaymentDraft, pay_bills
from erp.purchasing.drafts import (
    AgreementDraft,
    AgreementLineDraft,
    BillDraft,
    BillLineDraft,
    OrderAnswer,
    OrderReceipt,
    PlacedPurchaseOrder,
    PurchaseLineDraft,
    PurchaseOrderDraft,
    PurchaseReturnDraft,
    ReceivedLine,
    RequisitionDraft,
    RequisitionLineDraft,
    ReturnedLine,
    TierDraft,
)
from erp.purchasing.models import AgreementLine, PurchaseOrder
from erp.purchasing.operations.answer_orders import answer_orders
from erp.purchasing.operations.bill_orders import bill_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.order_requisitions import order_requisitions
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.purchasing.operations.request_goods import request_goods
from erp.purchasing.operations.return_to_suppliers import return_to_suppliers
from erp.purchasing.operations.save_agreements import save_agreements
from scm.planning.drafts import ItemPolicyDraft
from scm.planning.models import Proposal
from scm.planning.operations.accept_proposals import accept_proposals
from scm.planning.operations.run_plan import run_plan
from scm.planning.operations.save_policies import save_policies
from tests.support.days import day_in

D = Decimal


def buy_and_make(actor: Actor, at: datetime.datetime, warehouse: int) -> None:
    """Parts are ordered and come in partly, some are refused at the door and some sent back; one bill is posted, credited for
    what went back and paid in part, another held. Of the parts, lamps are made with one spoilt. A plan for a safety stock is
    accepted, one for more of it waits. Each step is finished in its own unit, so that no rule is asked for it."""
    by: dict[str, Any] = {"actor": actor, "at": at}
    today = day_in(actor.company_id, at)
    lamp, part, supplier = run_unit(actor, lambda: _masters(today, by))
    run_unit(actor, lambda: _buy(part, supplier, warehouse, today, by))
    run_unit(actor, lambda: _ask(part, warehouse, today, by))
    run_unit(actor, lambda: _make(lamp, warehouse, today, by))
    run_unit(actor, lambda: _plan(lamp, part, warehouse, by))


def _issue(order_ids: list[int], by: dict[str, Any]) -> None:
    """Send orders out; before that the managing director approves what a policy wants approved."""
    actor, at = by["actor"], by["at"]
    today = day_in(actor.company_id, at)
    rows = PurchaseOrder.objects.filter(pk__in=order_ids).values_list("pk", "number", "company_total")
    cases = [
        ApprovalCase(kind="purchase_order", document_id=pk, number=number, amount=total, asked_by=actor.name)
        for pk, number, total in rows
    ]
    asked = request_approvals(cases=cases, on=today, **by)
    director = actor_of_key(ApiKey.objects.get(name="director", company_id=actor.company_id))
    replies = [ApprovalReply(request_id=pk, approved=True, comment="well") for pk in asked.values()]
    answer_approvals(replies=replies, actor=director, at=at)
    issue_orders(order_ids=order_ids, **by)


def _wants_approval(today: datetime.date, by: dict[str, Any]) -> None:
    company = Company.objects.get(pk=by["actor"].company_id)
    create_api_key(company=company, name="director", role=Role.MANAGING_DIRECTOR, at=by["at"])
    policy = ApprovalPolicyDraft(
        kind="purchase_order",
        name="Large",
        from_amount=D(100),
        stages=[{"roles": ["managing_director"]}],
        valid_from_date=today,
    )
    save_approval_policies(drafts=[policy], **by)


def _masters(today: datetime.date, by: dict[str, Any]) -> tuple[int, int, int]:
    common: dict[str, Any] = {"unit_code": "PC", "tax_code": "STD", "list_price": D(50)}
    drafts = [ProductDraft(sku="LAMP", name="Lamp", supply="make", **common), ProductDraft(sku="PART", name="Part", **common)]
    lamp, part = save_products(products=drafts, **by)
    party = PartyDraft(code="S1", name="Supplier one", is_supplier=True, currency_code="EUR", payment_term_code="NET30")
    [supplier] = save_parties(parties=[party], **by)
    line = AgreementLineDraft(product_id=part, lead_days=3, tiers=[TierDraft(price=D("3.33"))])
    agreement = AgreementDraft(supplier_id=supplier, currency_code="EUR", valid_from_date=today, lines=[line])
    save_agreements(agreements=[agreement], **by)
    lines = [BomLineDraft(component_id=part, quantity=D(2))]
    save_bills(bills=[BomDraft(product_id=lamp, valid_from_date=today, lead_days=1, lines=lines)], **by)
    return lamp, part, supplier


def _buy(part: int, supplier: int, warehouse: int, today: datetime.date, by: dict[str, Any]) -> None:
    line = PurchaseLineDraft(
        product_id=part, quantity=D(100), requested_date=today, agreement_line_id=AgreementLine.objects.get().pk
    )
    order = PurchaseOrderDraft(supplier_id=supplier, warehouse_id=warehouse, date=today, lines=[line])
    [placed] = place_purchase_orders(orders=[order], **by)
    _wants_approval(today, by)
    _issue([placed.id], by)
    answer_orders(answers=[OrderAnswer(order_id=placed.id, kind="confirm")], **by)
    arrived = ReceivedLine(line_id=placed.line_ids[0], arrived=D(50), rejected=D(2), reason="bent")
    receive_orders(receipts=[OrderReceipt(order_id=placed.id, date=today, lines=[arrived])], **by)
    _bill(placed, supplier, today, by, number="R-1", quantity="48")
    back = [ReturnedLine(line_id=placed.line_ids[0], quantity=D(3))]
    return_to_suppliers(returns=[PurchaseReturnDraft(order_id=placed.id, date=today, lines=back, reason="rusty")], **by)
    _bill(placed, supplier, today, by, number="C-1", quantity="3", kind="credit")
    pay_bills(payments=[BillPaymentDraft(supplier_id=supplier, amount=D(60), date=today)], **by)
    _bill(placed, supplier, today, by, number="R-2", quantity="52")


def _ask(part: int, warehouse: int, today: datetime.date, by: dict[str, Any]) -> None:
    """One thing that is asked for is ordered, another waits."""
    lines = [RequisitionLineDraft(product_id=part, quantity=D(4), need_date=today)]
    drafts = [RequisitionDraft(warehouse_id=warehouse, date=today, lines=lines)] * 2
    (first, _number), _waits = request_goods(requisitions=drafts, **by)
    order_requisitions(requisition_ids=[first], **by)


def _bill(
    order: PlacedPurchaseOrder,
    supplier: int,
    today: datetime.date,
    by: dict[str, Any],
    *,
    number: str,
    quantity: str,
    kind: str = "bill",
) -> None:
    lines = [BillLineDraft(order_line_id=order.line_ids[0], quantity=D(quantity))]
    bill_orders(bills=[BillDraft(supplier_id=supplier, supplier_number=number, date=today, lines=lines, kind=kind)], **by)


def _make(lamp: int, warehouse: int, today: datetime.date, by: dict[str, Any]) -> None:
    draft = ManufacturingDraft(product_id=lamp, quantity=D(6), warehouse_id=warehouse, date=today, due_date=today)
    [placed] = place_production(orders=[draft], **by)
    release_production(order_ids=[placed.id], **by)
    issue_components(order_ids=[placed.id], date=today, **by)
    complete_production(completions=[CompletionDraft(order_id=placed.id, good=D(4), scrapped=D(1), date=today)], **by)


def _plan(lamp: int, part: int, warehouse: int, by: dict[str, Any]) -> None:
    policies = [ItemPolicyDraft(product_id=pk, warehouse_id=warehouse, safety_stock=D(60)) for pk in (lamp, part)]
    save_policies(policies=policies, **by)
    run_plan(warehouse_id=warehouse, **by)
    accept_proposals(proposal_ids=list(Proposal.objects.values_list("id", flat=True)), **by)
    _issue(list(PurchaseOrder.objects.filter(state="draft").values_list("id", flat=True)), by)
    save_policies(policies=[ItemPolicyDraft(product_id=part, warehouse_id=warehouse, safety_stock=D(70))], **by)
    run_plan(warehouse_id=warehouse, **by)
