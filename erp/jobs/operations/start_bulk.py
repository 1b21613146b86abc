"""Beginning a verb on many rows as background work."""

import datetime
from collections.abc import Sequence

from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.jobs.models import BulkRun, Job
from erp.jobs.operations.start_job import start_job
from erp.jobs.permissions import RUN

KIND = "bulk"
_COLUMNS = ["list_name", "verb", "row_ids", "user_id", "language", "at"]


@operation(RUN)
def start_bulk(*, list_name: str, verb: str, row_ids: Sequence[int], language: str, actor: Actor, at: datetime.datetime) -> Job:
    """Keep what was asked for, and the job that will do it."""
    row = (list_name, verb, list(row_ids), actor.user_id or 0, language, at)
    [(run,)] = insert_rows(BulkRun, _COLUMNS, [row], returning=["id"])
    return start_job(kind=KIND, key=str(run), total=len(row_ids), actor=actor, at=at)
