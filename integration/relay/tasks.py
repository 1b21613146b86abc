"""The tasks of the relay: woken after commits, swept by beat; old done work is forgotten every hour."""

from celery import shared_task

from erp.core import clock
from integration.relay import heartbeat, wake
from integration.relay.drain import drain
from integration.relay.retention import forget_done


@shared_task
def sweep() -> None:
    """Work off what is due. The wake-up key goes first, so that a commit during the drain wakes again."""
    wake.forget()
    heartbeat.beat()
    drain()


@shared_task
def forget() -> None:
    """Delete deliveries that were done long ago, so that their table does not grow without bound."""
    forget_done(at=clock.now())
