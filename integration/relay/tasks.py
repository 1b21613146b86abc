"""The one task of the relay: woken after commits, swept by beat."""

import time

from celery import shared_task

from integration.relay import heartbeat, wake
from integration.relay.drain import drain

LINGER_SECONDS = 0.01


@shared_task
def sweep() -> None:
    """Work off what is due, and linger as long as more comes: that is cheaper than a task for every commit.

    The wake-up key goes before the last look, so that a commit is either seen by that look or wakes again.
    """
    heartbeat.beat()
    wake.hold()
    while drain():
        heartbeat.beat()
        time.sleep(LINGER_SECONDS)
        wake.hold()
    wake.forget()
    drain()
