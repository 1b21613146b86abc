"""Working off what is due."""

import time
from contextvars import ContextVar

from integration.relay.claims import claim_sets
from integration.relay.handling import handle

draining: ContextVar[bool] = ContextVar("weft_draining", default=False)
MAX_SECONDS = 20.0


def drain(*, max_seconds: float = MAX_SECONDS) -> int:
    """Handle sets until nothing is due or the time is up; return how many deliveries were handed out.

    What the handlers publish is picked up by the same loop, so no wake-up is sent meanwhile.
    """
    token = draining.set(True)
    handled, end = 0, time.monotonic() + max_seconds
    try:
        while time.monotonic() < end and (sets := claim_sets()):
            for deliveries in sets:
                handle(deliveries)
                handled += len(deliveries)
    finally:
        draining.reset(token)
    return handled
