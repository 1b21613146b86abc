"""Done deliveries are forgotten after a while; the events themselves stay. What is pending or parked stays, however old.

Ids rise with time, so the walk begins at the lowest and ends at the first batch with a young delivery: it reads only what it
deletes. Each batch is a short transaction of its own.
"""

import datetime
from pathlib import Path

from django.db import connection

_FORGET = (Path(__file__).parent / "sql" / "forget_done.sql").read_text()
KEPT = datetime.timedelta(days=7)
BATCH = 10_000


def forget_done(*, at: datetime.datetime, batch: int = BATCH) -> int:
    """Delete what was done more than KEPT ago; return how many deliveries that were. Over all companies."""
    gone, after = 0, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_FORGET, {"before": at - KEPT, "after": after, "limit": batch})
            count, last, is_end = cursor.fetchone()
        gone += count
        if is_end:
            return gone
        after = last
