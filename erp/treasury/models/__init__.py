from erp.treasury.models.bank_account import BankAccount
from erp.treasury.models.payment import Payment

__all__ = ["BankAccount", "Payment"]
