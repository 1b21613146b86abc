"""Agreements, purchase orders, returns to suppliers and vendor bills over the API."""

from erp.purchasing.api.agreements import AgreementView
from erp.purchasing.api.bills import VendorBillView
from erp.purchasing.api.orders import PurchaseOrderView
from erp.purchasing.api.requisitions import RequisitionView
from erp.purchasing.api.returns import PurchaseReturnView

ROUTES = {
    "erp/agreements": AgreementView,
    "erp/purchase-orders": PurchaseOrderView,
    "erp/requisitions": RequisitionView,
    "erp/returns": PurchaseReturnView,
    "erp/vendor-bills": VendorBillView,
}
