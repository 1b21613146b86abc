"""`python -m tests.bench.million [--orders N] [--drop]`: make the big company in a database of its own, or go on making it.

The database stays on the server in the environment (`make million`: the embedded one under DATA_DIR) until it is dropped.
"""

import argparse
import datetime
import os
import subprocess
import sys
import time

from tests.bench import database

NAME = os.environ.get("MILLION_DATABASE") or "weft_million"
PER_DAY = 500


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.million")
    parser.add_argument("--orders", type=int, default=int(os.environ.get("ORDERS") or 1_000_000))
    parser.add_argument("--drop", action="store_true", help="remove the database")
    options = parser.parse_args()
    if options.drop:
        database.drop(NAME)
        return 0
    if not os.environ.get("WEFT_BENCH"):
        if not database.exists(NAME):
            database.create(NAME)
        command = [sys.executable, "-m", "tests.bench.million", *sys.argv[1:]]
        return subprocess.run(command, cwd=database.ROOT, env=database.environment(NAME), check=False).returncode
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.conf import settings

    from tests.bench.million.copies import open_store
    from tests.bench.million.make import make

    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{datetime.timedelta(seconds=round(time.monotonic() - began))}  {text}", flush=True)  # noqa: T201

    make(open_store(settings.DATABASE_ADMIN_URL, say), orders=options.orders, per_day=min(PER_DAY, max(20, options.orders // 20)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
