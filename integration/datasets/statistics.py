"""The tables a load makes grow; the planner is told when they have doubled."""

from erp.catalog.models import Product
from erp.core.models import Delivery as Duty
from erp.core.models import EventRow
from erp.core.statistics import analyze_outgrown
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


def refresh_statistics() -> list[str]:
    """Analyse the outgrown tables of the line; return them."""
    return analyze_outgrown(MODELS)
