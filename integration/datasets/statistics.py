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
from erp.core.rows import fetch
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


_OUTGROWN = """
SELECT c.relname FROM pg_class c
WHERE c.oid = ANY(%s::regclass[]) AND pg_relation_size(c.oid) > 2 * greatest(c.relpages, 1) * current_setting('block_size')::int
"""


def outgrown_tables() -> list[str]:
    """The tables of the line that have more than doubled since the planner was told of their size."""
    return [row[0] for row in fetch(_OUTGROWN, [[model._meta.db_table for model in MODELS]])]


def refresh_statistics() -> list[str]:
    """Analyse the outgrown tables as their owner; return them. None where this machine does not know the owner's log-in."""
    tables = outgrown_tables() if settings.DATABASE_OWNER_URL else []
    if tables:
        with psycopg.connect(settings.DATABASE_OWNER_URL, dbname=connection.settings_dict["NAME"], autocommit=True) as owner:
            owner.execute(f"ANALYZE {', '.join(tables)}".encode())
    return tables
