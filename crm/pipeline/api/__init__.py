"""Opportunities, quotations and directly entered orders over the API."""

from crm.pipeline.api.opportunities import OpportunityView
from crm.pipeline.api.promises import PromiseView
from crm.pipeline.api.quotations import OrderView, QuotationView

ROUTES = {
    "crm/opportunities": OpportunityView,
    "crm/quotations": QuotationView,
    "crm/orders": OrderView,
    "crm/promises": PromiseView,
}
