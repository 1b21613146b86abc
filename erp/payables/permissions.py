from erp.identity.roles import FINANCE, Role, declare

VIEW = declare("payables.view", *FINANCE, Role.BUYER, Role.MANAGING_DIRECTOR, Role.SUPPLIER)
VIEW_TOLERANCES = declare("payables.view_tolerances", *FINANCE, Role.BUYER, Role.MANAGING_DIRECTOR)
SEND_BILL = declare("payables.send_bill", *FINANCE, Role.SUPPLIER)
RELEASE = declare("payables.release", Role.FINANCE_MANAGER)
REJECT = declare("payables.reject", *FINANCE)
PAY = declare("payables.pay", *FINANCE)
