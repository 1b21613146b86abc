from erp.identity.roles import FINANCE, Role, declare

VIEW_LEDGER = declare("ledger.view", *FINANCE, Role.MANAGING_DIRECTOR)
POST_ENTRIES = declare("ledger.post", *FINANCE)
LOCK_PERIODS = declare("ledger.lock_periods", Role.FINANCE_MANAGER)
