from erp.purchasing.models.agreement import Agreement, AgreementLine, PriceTier
from erp.purchasing.models.answer import Advice, AdviceLine, AnswerOutcome, OrderMessage, SupplierAnswer
from erp.purchasing.models.clearing import ClearingFact, GoodsReceiptLine, PurchaseReturn, PurchaseReturnLine
from erp.purchasing.models.purchase_order import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.models.requisition import Requisition, RequisitionLine

__all__ = [
    "Advice",
    "AdviceLine",
    "Agreement",
    "AgreementLine",
    "AnswerOutcome",
    "ClearingFact",
    "GoodsReceiptLine",
    "OrderMessage",
    "PriceTier",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseReturn",
    "PurchaseReturnLine",
    "Requisition",
    "RequisitionLine",
    "SupplierAnswer",
]
