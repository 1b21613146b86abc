from erp.identity.roles import FINANCE, STOCK, Role, declare

VIEW = declare("purchasing.view", *STOCK, *FINANCE, Role.MANAGING_DIRECTOR, Role.SUPPLIER)
SAVE_AGREEMENTS = declare("purchasing.save_agreements", Role.BUYER)
PLACE = declare("purchasing.place", Role.BUYER, Role.PLANNER)
ISSUE = declare("purchasing.issue", Role.BUYER)
ANSWER = declare("purchasing.answer", Role.BUYER, Role.SUPPLIER)
SETTLE_ANSWERS = declare("purchasing.settle_answers", Role.BUYER)
ADVISE = declare("purchasing.advise", Role.BUYER, Role.WAREHOUSE_CLERK, Role.SUPPLIER)
RECEIVE = declare("purchasing.receive", Role.WAREHOUSE_CLERK)
RETURN = declare("purchasing.return", Role.WAREHOUSE_CLERK, Role.BUYER)
CLOSE = declare("purchasing.close", Role.BUYER)
WRITE_MESSAGE = declare("purchasing.write_message", Role.BUYER, Role.PLANNER, Role.WAREHOUSE_CLERK, Role.SUPPLIER)
WRITE_OFF = declare("purchasing.write_off", *FINANCE)
