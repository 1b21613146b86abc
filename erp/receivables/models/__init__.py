from erp.receivables.models.invoice import Invoice, InvoiceLine

__all__ = ["Invoice", "InvoiceLine"]
