"""Beginning a job, or going on with it."""

import datetime

from erp.core.actor import Actor
from erp.core.operation import operation
from erp.core.rows import fetch_one
from erp.jobs.models import Job
from erp.jobs.permissions import RUN

# The company comes from the scope. A finished or stopped job stays so: its key names the work, which is done once.
_START = """
INSERT INTO jobs_job AS j (company_id, kind, key, state, done, total, step, cursor, report, error, actor, started_at, changed_at)
VALUES ((SELECT current_setting('weft.company_id')::bigint), %s, %s, 'running', 0, %s, '', '{}', '{}', '', %s, %s, %s)
ON CONFLICT (company_id, kind, key) DO UPDATE
SET state = CASE WHEN j.state IN ('done', 'stopped') THEN j.state ELSE 'running' END, error = '', changed_at = excluded.changed_at
RETURNING id
"""


@operation(RUN)
def start_job(*, kind: str, key: str, total: int = 0, actor: Actor, at: datetime.datetime) -> Job:
    """The job of that kind and key: made now, or the one that was begun before, with its cursor where it stopped."""
    number = fetch_one(_START, [kind, key, total, actor.name, at, at])[0]
    return Job.objects.get(pk=number)
