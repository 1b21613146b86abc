from erp.payables.models.tolerance import MatchTolerance
from erp.payables.models.vendor_bill import VendorBill, VendorBillLine

__all__ = ["MatchTolerance", "VendorBill", "VendorBillLine"]
