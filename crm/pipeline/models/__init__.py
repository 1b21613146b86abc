from crm.pipeline.models.opportunity import Opportunity
from crm.pipeline.models.quotation import Quotation, QuotationLine

__all__ = ["Opportunity", "Quotation", "QuotationLine"]
