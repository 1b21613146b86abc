from scm.planning.models.item_policy import ItemPolicy
from scm.planning.models.plan_run import Peg, PlanItem, PlanMessage, PlanRun
from scm.planning.models.proposal import Proposal

__all__ = ["ItemPolicy", "Peg", "PlanItem", "PlanMessage", "PlanRun", "Proposal"]
