"""What a planner does with a proposal beside accepting it: fix it, as it is or otherwise, or give it up."""

import datetime
from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _

from erp.catalog.measures import counted_products, judge_measure
from erp.core import bus
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.errors import BusinessRuleViolation, InvalidValue, NotFound, raise_refusals
from erp.core.operation import operation
from erp.core.rows import fetch, update_rows
from erp.identity.queries import company_facts
from scm.planning.drafts import ProposalChange
from scm.planning.errors import ProposalGone
from scm.planning.events import ProposalFixed, ProposalWithdrawn
from scm.planning.models import Proposal
from scm.planning.permissions import ACCEPT

_SHARE = "SELECT pg_advisory_xact_lock_shared(hashtextextended('planning', id)) FROM unnest(%s::bigint[]) AS w(id)"
STANDING = (Proposal.State.OPEN, Proposal.State.FIRM)


@operation(ACCEPT)
def change_proposals(*, changes: Sequence[ProposalChange], actor: Actor, at: datetime.datetime) -> None:
    """Fix proposals, with another quantity or day where one is given: runs leave a firm proposal alone, plan around it and say
    what would be better. The start moves with the day, as far as today. Refuses proposals that became something or are withdrawn,
    quantities that are not countable and days in the past."""
    today = local_date(at, company_facts(actor.company_id).time_zone)
    proposals = lock_proposals([c.proposal_id for c in changes])
    products = counted_products(p.product_id for p in proposals.values())
    refusals: list[BusinessRuleViolation] = []
    rows = []
    for i, change in enumerate(changes):
        p, prefix = proposals[change.proposal_id], f"{i}." if len(changes) > 1 else ""
        quantity, day = change.quantity or p.quantity, change.need_date or p.need_date
        if change.quantity is not None:
            units = products[p.product_id].units
            refusals += judge_measure(quantity, units.base, units, product=p.product.sku, field=prefix.rstrip("."))
        if change.quantity is not None and change.quantity <= 0:
            rule = _("Enter a number greater than zero.")
            refusals.append(InvalidValue(field=f"{prefix}quantity", what=_("quantity"), value=f"{quantity:f}", rule=rule))
        if change.need_date is not None and change.need_date < today:
            rule = _("Choose today or a later day.")
            refusals.append(InvalidValue(field=f"{prefix}need_date", what=_("needed by"), value=f"{day}", rule=rule))
        start = max(p.start_date + (day - p.need_date), min(p.start_date, today))
        rows.append((p.pk, Proposal.State.FIRM, quantity, day, start))
    raise_refusals(refusals)
    update_rows(Proposal, ["state", "quantity", "need_date", "start_date"], rows)
    _publish(ProposalFixed, list(proposals.values()), "firm", at)


@operation(ACCEPT)
def withdraw_proposals(*, proposal_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Give proposals up; what is still needed the next run proposes anew. Refuses those that became something already."""
    proposals = lock_proposals(proposal_ids)
    update_rows(Proposal, ["state"], [(pk, Proposal.State.WITHDRAWN) for pk in proposals])
    _publish(ProposalWithdrawn, list(proposals.values()), "withdrawn", at)


def lock_proposals(proposal_ids: Sequence[int]) -> dict[int, Proposal]:
    """The proposals with their product, locked by id while no run is at work in their warehouses; refuses unknown ones and those
    that are neither open nor firm."""
    asked = list(proposal_ids)
    warehouses = Proposal.objects.filter(pk__in=asked).values_list("warehouse_id", flat=True)
    fetch(_SHARE, [sorted(set(warehouses))])
    rows = Proposal.objects.filter(pk__in=asked).select_related("product").order_by("pk")
    found = {p.pk: p for p in rows.select_for_update(of=("self",), no_key=True)}
    refusals: list[BusinessRuleViolation] = [
        NotFound(field="proposal", what=_("proposal"), value=pk) for pk in asked if pk not in found
    ]
    refusals += [
        ProposalGone(document=p.number, document_id=p.pk, state=p.get_state_display().lower())
        for p in found.values()
        if p.state not in STANDING
    ]
    raise_refusals(refusals)
    return found


def _publish(
    event: Callable[..., ProposalFixed | ProposalWithdrawn], proposals: Sequence[Proposal], status: str, at: datetime.datetime
) -> None:
    bus.publish(
        [event(id=p.pk, number=p.number, status=status, warehouse_id=p.warehouse_id, product_id=p.product_id) for p in proposals],
        at=at,
    )
