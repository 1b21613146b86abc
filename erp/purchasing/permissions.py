from erp.identity.roles import FINANCE, SALES, STOCK, Role, declare

VIEW = declare("purchasing.view", *STOCK, *FINANCE, Role.MANAGING_DIRECTOR, Role.SUPPLIER)
# Suppliers see what was ordered from them, never what the house thinks of ordering.
VIEW_REQUISITIONS = declare(
    "purchasing.view_requisitions", *STOCK, *FINANCE, Role.PRODUCTION_OPERATOR, *SALES, Role.MANAGING_DIRECTOR
)
REQUEST = declare("purchasing.request", *STOCK, Role.PRODUCTION_OPERATOR, *SALES)
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
RECORD_HISTORY = declare("purchasing.record_history")
WRITE_OFF = declare("purchasing.write_off", *FINANCE)
