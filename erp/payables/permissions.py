from erp.identity.roles import FINANCE, Role, declare

VIEW = declare("payables.view", *FINANCE, Role.BUYER, Role.MANAGING_DIRECTOR)
SEND_BILL = declare("payables.send_bill", *FINANCE)
RELEASE = declare("payables.release", Role.FINANCE_MANAGER)
REJECT = declare("payables.reject", *FINANCE)
PAY = declare("payables.pay", *FINANCE)
