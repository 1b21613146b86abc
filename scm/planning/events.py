"""Facts of planning."""

from dataclasses import dataclass
from typing import ClassVar

from erp.core.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanRunFinished(Event):
    """A plan was worked out; `proposals` is how many stand open by it, `changed` how many of them are new or other than
    before. `sales_orders` are those that woke the planner."""

    type: ClassVar[str] = "plan_run.finished"
    aggregate: ClassVar[str] = "plan_run"
    warehouse_id: int
    proposals: int
    changed: int
    sales_orders: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ProposalsDeferred(Event):
    """Of the proposals that a run made or changed those after the one with the id `after` still wait to be looked at."""

    type: ClassVar[str] = "plan_run.proposals_deferred"
    aggregate: ClassVar[str] = "plan_run"
    after: int


@dataclass(frozen=True, kw_only=True)
class ProposalAccepted(Event):
    """What was proposed is ordered or planned to be made."""

    type: ClassVar[str] = "proposal.accepted"
    aggregate: ClassVar[str] = "proposal"


@dataclass(frozen=True, kw_only=True)
class ProposalEvent(Event):
    aggregate: ClassVar[str] = "proposal"
    warehouse_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class ProposalFixed(ProposalEvent):
    """The planner made it firm: runs leave it alone."""

    type: ClassVar[str] = "proposal.fixed"


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(ProposalEvent):
    """The planner gave it up."""

    type: ClassVar[str] = "proposal.withdrawn"


@dataclass(frozen=True, kw_only=True)
class ItemPolicySaved(Event):
    """How an item is planned changed."""

    type: ClassVar[str] = "item_policy.saved"
    aggregate: ClassVar[str] = "item_policy"
    warehouse_id: int
    products: tuple[int, ...]
