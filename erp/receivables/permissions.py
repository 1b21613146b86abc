from erp.identity.roles import FINANCE, SALES, Role, declare

VIEW_INVOICES = declare("receivables.view", *SALES, *FINANCE, Role.MANAGING_DIRECTOR)
POST_INVOICES = declare("receivables.post", *FINANCE)
RECEIVE_PAYMENTS = declare("receivables.receive", *FINANCE)
APPLY_CREDITS = declare("receivables.apply", *FINANCE)
POST_CREDIT_NOTES = declare("receivables.credit", *FINANCE)
