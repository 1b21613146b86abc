"""`python -m tests.chaos [--kills 50] [--seed N]`: prints the seed, each kill and the verdict; 1 unless all is well."""

import argparse
import random
import sys

from tests.chaos.conductor import Conductor
from tests.chaos.plan import deal
from tests.support.fault_site import fault_site


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=None, help="a fresh one, if left out")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    say(f"make chaos KILLS={options.kills} SEED={seed}")
    with fault_site() as site:
        outcome = Conductor(site, seed, say).play(deal(options.kills, seed))
    say(str(outcome))
    return int(not outcome.clean)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
