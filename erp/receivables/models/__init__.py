from erp.receivables.models.credit_note import CreditNote, CreditNoteLine
from erp.receivables.models.invoice import Invoice, InvoiceLine

__all__ = ["CreditNote", "CreditNoteLine", "Invoice", "InvoiceLine"]
