"""One process of the contended run: `python -m tests.bench.contended SEED ORDERS` (the company exists)."""

import json
import sys
import time

import django

django.setup()

from tests.bench.trade import Trade  # noqa: E402


def main() -> None:
    seed, orders = int(sys.argv[1]), int(sys.argv[2])
    trade = Trade("bench_hot", products=50, seed=seed)
    trade.order_to_cash()
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    began, errors = time.perf_counter(), 0
    for _ in range(orders):
        try:
            trade.order_to_cash()
        except Exception as error:
            errors += 1
            print(error, file=sys.stderr)  # noqa: T201
    print(json.dumps({"orders": orders, "seconds": time.perf_counter() - began, "errors": errors}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
