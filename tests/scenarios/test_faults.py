"""kill -9 of web, worker, beat, actors, Redis and PostgreSQL under load: what was accepted comes to its end, once."""

import os
import random
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.conductor import Conductor
from tests.chaos.plan import deal
from tests.support.fault_site import ROOT, fault_site

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("faults")]
KILLS = 12


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print, whatever pytest captures, and keep it in .data/faults.log, since workers of xdist print nowhere."""
    log = ROOT / ".data" / "faults.log"
    log.parent.mkdir(exist_ok=True)
    log.write_text("")

    def write(line: str) -> None:
        with log.open("a") as kept:
            kept.write(f"{line}\n")
        with capsys.disabled():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    return write


def test_whoever_is_killed_what_was_accepted_is_complete_exactly_once(say: Callable[[str], Any]) -> None:
    """A fresh plan each time, unless SEED plays one again; `make chaos` kills more."""
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    say(f"\nmake chaos KILLS={KILLS} SEED={seed}")
    with fault_site() as site:
        outcome = Conductor(site, seed, say).play(deal(KILLS, seed))
    say(str(outcome))
    assert outcome.clean
