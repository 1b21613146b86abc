from erp.ledger.models.account import AccountRole, LedgerAccount, PostingAccount
from erp.ledger.models.balance import AccountBalance
from erp.ledger.models.entry import JournalEntry, JournalLine
from erp.ledger.models.open_item import OpenItem, Settlement
from erp.ledger.models.period import Period

__all__ = [
    "AccountBalance",
    "AccountRole",
    "JournalEntry",
    "JournalLine",
    "LedgerAccount",
    "OpenItem",
    "Period",
    "PostingAccount",
    "Settlement",
]
