"""The tasks of the relay: woken after commits, swept by beat; old done work is forgotten every hour."""

import time

from celery import shared_task

from erp.core import clock
from integration.relay import heartbeat, wake
from integration.relay.drain import drain
from integration.relay.retention import forget_done

LINGER_SECONDS = 0.01
SWEEP_SECONDS = 10.0


@shared_task
def sweep() -> None:
    """Work off what is due, and linger as long as more comes: that is cheaper than a task for every commit. After a
    while the next task goes on, so that a worker can be stopped.

    The wake-up key goes before the last look, so that a commit is either seen by that look or wakes again.
    """
    end = time.monotonic() + SWEEP_SECONDS
    heartbeat.beat()
    wake.hold()
    while drain() and time.monotonic() < end:
        heartbeat.beat()
        time.sleep(LINGER_SECONDS)
        wake.hold()
    wake.forget()
    drain()


@shared_task
def forget() -> None:
    """Delete deliveries that were done long ago, so that their table does not grow without bound."""
    forget_done(at=clock.now())
