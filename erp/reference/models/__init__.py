from erp.reference.models.currency import Currency, ExchangeRate
from erp.reference.models.payment_term import PaymentTerm
from erp.reference.models.tax_code import TaxCode
from erp.reference.models.unit import MeasuredLine, Unit

__all__ = ["Currency", "ExchangeRate", "MeasuredLine", "PaymentTerm", "TaxCode", "Unit"]
