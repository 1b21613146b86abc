from erp.manufacturing.models.bill_of_materials import BillOfMaterials, BillOfMaterialsLine
from erp.manufacturing.models.calendar import CalendarDay, WorkingCalendar
from erp.manufacturing.models.manufacturing_order import ComponentLine, ManufacturingOrder
from erp.manufacturing.models.production import ProductionCompletion, ProductionIssue, ProductionIssueLine, WipFact

__all__ = [
    "BillOfMaterials",
    "BillOfMaterialsLine",
    "CalendarDay",
    "ComponentLine",
    "ManufacturingOrder",
    "ProductionCompletion",
    "ProductionIssue",
    "ProductionIssueLine",
    "WipFact",
    "WorkingCalendar",
]
