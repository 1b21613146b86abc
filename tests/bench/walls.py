"""What the walls cost: the same orders with the policies on and off, in a database of many companies."""

import os
from collections.abc import Iterator

import psycopg
from django.apps import apps

from erp.core.schema import is_company_model
from tests.bench.neighbours import add_neighbours
from tests.bench.row import Row
from tests.bench.timing import Timing, timed
from tests.bench.trade import Trade

CODE, ORDERS_BEFORE, PRODUCTS, CUSTOMERS = "bench_walls", 4, 20, 10


def walls(companies: int, *, orders: int, rounds: int) -> Iterator[Row]:
    """`walls.cost`: in turn; every statement of the line names its company anyway, so without policies it does the same."""
    trade = Trade(CODE, stock=PRODUCTS, customers=CUSTOMERS)
    trade.order_to_cash(ORDERS_BEFORE)
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        add_neighbours(admin, companies - 1, of=trade.actor.company_id)
    guarded, bare = Timing(), Timing()
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        try:
            for timing, are_on in [(Timing(), True), (Timing(), False), *[(guarded, True), (bare, False)] * rounds]:
                _set_policies(owner, are_on)
                timed(Timing(), trade.order_to_cash, calls=5, orders=1)
                timed(timing, trade.order_to_cash, calls=orders, orders=1)
        finally:
            _set_policies(owner, True)
    cost = 100 * (guarded.per_order / bare.per_order - 1)
    unit = f"% of processor time, {guarded.per_order:.1f} against {bare.per_order:.1f} ms per order, {companies:,} companies"
    yield Row("walls.cost", cost, unit, aim="< 5", met=cost < 5)


def _set_policies(owner: psycopg.Connection, are_on: bool) -> None:
    verb = "ENABLE" if are_on else "DISABLE"
    for model in apps.get_models():
        if is_company_model(model):
            owner.execute(f'ALTER TABLE "{model._meta.db_table}" {verb} ROW LEVEL SECURITY'.encode())
