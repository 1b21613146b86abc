"""Turning proposals into purchase orders and manufacturing orders."""

import datetime
from collections.abc import Sequence

from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import update_rows
from erp.identity.queries import company_facts
from erp.manufacturing.drafts import ManufacturingDraft
from erp.manufacturing.operations.place_production import place_production
from erp.purchasing.drafts import PurchaseLineDraft, PurchaseOrderDraft
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.queries import terms_of_lines
from erp.purchasing.rules import Terms
from scm.planning.errors import NoSource
from scm.planning.events import ProposalAccepted
from scm.planning.models import Proposal
from scm.planning.operations.fix_proposals import lock_proposals
from scm.planning.permissions import ACCEPT


@operation(ACCEPT)
def accept_proposals(*, proposal_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Order what is to be bought, one order for each supplier, agreement and warehouse, in lines within the agreement's
    limits, and plan what is to be made. Refuses proposals that became something or are withdrawn, and ones without a source."""
    proposals = list(lock_proposals(proposal_ids).values())
    raise_refusals(
        [
            NoSource(document=p.number, document_id=p.pk, product=p.product.sku)
            for p in proposals
            if p.kind == Proposal.Kind.BUY and p.agreement_line_id is None
        ]
    )
    today = local_date(at, company_facts(actor.company_id).time_zone)
    became = _buy([p for p in proposals if p.kind == Proposal.Kind.BUY], today, actor, at)
    became |= _make([p for p in proposals if p.kind == Proposal.Kind.MAKE], today, actor, at)
    update_rows(
        Proposal,
        ["state", "document_kind", "document_id"],
        [(p.pk, Proposal.State.ACCEPTED, became[p.pk].kind, became[p.pk].id) for p in proposals],
    )
    bus.publish([ProposalAccepted(id=p.pk, number=p.number, status="accepted") for p in proposals], at=at)


def _buy(proposals: Sequence[Proposal], today: datetime.date, actor: Actor, at: datetime.datetime) -> dict[int, DocumentRef]:
    if not proposals:
        return {}
    lines = (p.agreement_line_id for p in proposals if p.agreement_line_id)
    terms = terms_of_lines(lines, on=today, company_id=actor.company_id)
    groups: dict[tuple[int, int, int], list[Proposal]] = {}
    for p in proposals:
        t = terms[p.agreement_line_id or 0]
        groups.setdefault((t.supplier_id, t.agreement_id, p.warehouse_id), []).append(p)
    drafts = [
        PurchaseOrderDraft(
            supplier_id=supplier,
            agreement_id=agreement,
            warehouse_id=warehouse,
            date=today,
            lines=[line for p in members for line in _lines(p, terms[p.agreement_line_id or 0], today)],
            source=DocumentRef("plan_run", members[0].run_id),
        )
        for (supplier, agreement, warehouse), members in groups.items()
    ]
    placed = place_purchase_orders(orders=drafts, actor=actor, at=at)
    return {
        p.pk: DocumentRef("purchase_order", order.id)
        for order, members in zip(placed, groups.values(), strict=True)
        for p in members
    }


def _lines(p: Proposal, terms: Terms, today: datetime.date) -> list[PurchaseLineDraft]:
    return [
        PurchaseLineDraft(
            product_id=p.product_id,
            quantity=lot,
            unit=terms.unit,
            requested_date=max(p.need_date, today),
            agreement_line_id=terms.line_id,
            chosen=p.choice,
            source_kind="proposal",
            source_id=p.pk,
        )
        for lot in terms.lots(p.quantity)
    ]


def _make(proposals: Sequence[Proposal], today: datetime.date, actor: Actor, at: datetime.datetime) -> dict[int, DocumentRef]:
    drafts = [
        ManufacturingDraft(
            product_id=p.product_id,
            quantity=p.quantity,
            warehouse_id=p.warehouse_id,
            date=today,
            start_date=max(p.start_date, today),
            due_date=max(p.need_date, p.start_date, today),
            source=DocumentRef("plan_run", p.run_id),
            source_kind="proposal",
            source_id=p.pk,
        )
        for p in proposals
    ]
    placed = place_production(orders=drafts, actor=actor, at=at) if drafts else []
    return {p.pk: DocumentRef("manufacturing_order", o.id) for p, o in zip(proposals, placed, strict=True)}
