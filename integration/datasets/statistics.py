"""Telling the planner how large the tables have become.

On tables that were never analysed PostgreSQL takes the wrong index for the joins of a set with the stock levels: a
second instead of ten milliseconds, until autovacuum passes a minute later. Only the owner of the tables may analyse.
"""

import psycopg
from django.conf import settings
from django.db import connection

from erp.catalog.models import Product
from erp.core.models import Delivery as Duty
from erp.core.models import EventRow
from erp.inventory.models import Reservation, StockLevel, StockMove, ValueEntry
from erp.ledger.models import JournalEntry, JournalLine, OpenItem
from erp.parties.models import Party
from erp.receivables.models import Invoice, InvoiceLine
from erp.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine

MODELS = (
    (Party, Product, StockLevel, StockMove, ValueEntry, Reservation)
    + (SalesOrder, SalesOrderLine, Delivery, DeliveryLine, Invoice, InvoiceLine)
    + (JournalEntry, JournalLine, OpenItem, EventRow, Duty)
)


def refresh_statistics() -> bool:
    """Analyse the tables of the line as their owner; False when this machine does not know the owner's log-in."""
    if not settings.DATABASE_OWNER_URL:
        return False
    with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"], autocommit=True) as owner:
        owner.execute(f"ANALYZE {', '.join(model._meta.db_table for model in MODELS)}".encode())
    return True


class Growth:
    """Whether work has doubled since the planner was told: after the first set, the second, the fourth ..."""

    def __init__(self) -> None:
        self._sets, self._next = 0, 0

    def grown(self) -> bool:
        due = self._sets >= self._next
        if due:
            self._next = max(1, 2 * self._sets)
        self._sets += 1
        return due
