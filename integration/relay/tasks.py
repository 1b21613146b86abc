"""The one task of the relay: woken after commits, swept by beat."""

from celery import shared_task

from integration.relay import heartbeat, wake
from integration.relay.drain import drain


@shared_task
def sweep() -> None:
    """Work off what is due. The wake-up key goes first, so that a commit during the drain wakes again."""
    wake.forget()
    heartbeat.beat()
    drain()
