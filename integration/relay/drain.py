"""Working off what is due."""

import time
from contextvars import ContextVar

from integration.relay.claims import at_work, claim_sets, free_lost_claims
from integration.relay.handling import handle

draining: ContextVar[bool] = ContextVar("weft_draining", default=False)
MAX_SECONDS = 10.0
LOST_SECONDS = 1.0
A_CHAIN, SMALL, PAUSE_SECONDS = 8, 50, 0.02


def drain(*, max_seconds: float = MAX_SECONDS) -> int:
    """Handle sets until nothing is due or the time is up; return how many deliveries were handed out.

    What the handlers publish is picked up by the same loop, so no wake-up is sent meanwhile. Small sets that do not end,
    although the chain of one order would have, are a stream: then a pause lets more of it gather before each look.
    """
    token = draining.set(True)
    handled, looks, free_next = 0, 0, 0.0
    end = time.monotonic() + max_seconds
    try:
        with at_work() as worker:
            while (now := time.monotonic()) < end:
                if now >= free_next:
                    free_lost_claims()
                    free_next = now + LOST_SECONDS
                sets = claim_sets(worker)
                if not sets:
                    break
                for deliveries in sets:
                    handle(deliveries)
                count = sum(map(len, sets))
                handled, looks = handled + count, looks + 1
                if looks > A_CHAIN and count < SMALL:
                    time.sleep(PAUSE_SECONDS)
    finally:
        draining.reset(token)
    return handled
