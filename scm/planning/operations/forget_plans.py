"""What old runs found goes, as long as nobody refers to it."""

import datetime
from pathlib import Path

from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import fetch_one
from scm.planning.permissions import RUN

KEPT = datetime.timedelta(days=14)
A_SET = 5_000
_FORGET = (Path(__file__).parents[1] / "sql" / "forget_plans.sql").read_text()


@operation(RUN)
def forget_plans(*, actor: Actor, at: datetime.datetime) -> int:
    """Delete a set of what held no more two weeks ago: items of runs, pegs, messages; return how many there were. Kept is what
    the last run of an item found, and what a proposal that stands or became something gives as its reason."""
    return int(fetch_one(_FORGET, [at - KEPT, A_SET] * 3)[0])
