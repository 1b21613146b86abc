"""Bills of materials, manufacturing orders and working calendars over the API."""

from erp.manufacturing.api.boms import BomView
from erp.manufacturing.api.calendars import WorkingCalendarView
from erp.manufacturing.api.orders import ManufacturingOrderView

ROUTES = {
    "erp/boms": BomView,
    "erp/manufacturing-orders": ManufacturingOrderView,
    "erp/working-calendars": WorkingCalendarView,
}
