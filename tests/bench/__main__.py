"""`python -m tests.bench [--short] [--only o2c|relay]`: print the table, write DATA_DIR/bench.json."""

import argparse
import json
import os
import platform
import subprocess
import sys

from tests.bench import database


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--short", action="store_true", help="statement counts and ratios in seconds; fails on a 2x regression")
    parser.add_argument("--only", default="", choices=["", "o2c", "p2p", "ledger", "mrp", "relay", "size", "walls"])
    options = parser.parse_args()
    if not os.environ.get("WEFT_BENCH"):
        database.create()
        try:
            command = [sys.executable, "-m", "tests.bench", *sys.argv[1:]]
            return subprocess.run(command, cwd=database.ROOT, env=database.environment(), check=False).returncode
        finally:
            database.drop()
    return _run(short=options.short, only=options.only)


def _run(*, short: bool, only: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings

    django.setup()
    from tests.bench.rows import FULL, SHORT, as_json, measure

    rows = []
    print(f"{'row':24} {'value':>10}  {'ratio':>6}  aim")  # noqa: T201
    for row in measure(SHORT if short else FULL, only):
        rows.append(row)
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        verdict = {True: "met", False: "missed", None: ""}[row.met]
        words = f"{row.unit} ({row.note})" if row.note else row.unit
        print(f"{row.name:24} {row.value:>10,.1f}  {ratio:>6}  {row.aim:30} {verdict:7} {words}", flush=True)  # noqa: T201
    path = settings.DATA_DIR / "bench.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": _machine(), "rows": [as_json(row) for row in rows]}, indent=1))
    print(f"written to {path}")  # noqa: T201
    return _verdict(rows) if short else 0


def _verdict(rows: list) -> int:  # type: ignore[type-arg]
    """The short run fails on the binding counts and on ratios half of what they were when written."""
    floors = {"o2c.single": 0.15, "o2c.set100": 1.0, "ledger.post": 0.1}
    floors |= {"p2p.single.cpu": 0.18, "p2p.set100.cpu": 0.9}  # of processor time, which other work moves least
    wrong = [r.name for r in rows if r.name.startswith(("o2c.statements", "p2p.statements")) and not r.met]
    wrong += [r.name for r in rows if r.name in floors and r.ratio < floors[r.name]]
    if wrong:
        print(f"below the bound: {', '.join(wrong)}")  # noqa: T201
    return 1 if wrong else 0


def _machine() -> dict[str, str | int | None]:
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
    }


if __name__ == "__main__":
    sys.exit(main())
