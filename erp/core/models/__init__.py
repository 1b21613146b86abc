from erp.core.models.base import CompanyModel
from erp.core.models.delivery import Delivery
from erp.core.models.event import EventRow

__all__ = ["CompanyModel", "Delivery", "EventRow"]
