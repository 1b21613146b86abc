from erp.identity.roles import FINANCE, SALES, STOCK, Role, declare

VIEW_ORDERS = declare("sales.view", *SALES, *STOCK, *FINANCE, Role.MANAGING_DIRECTOR)
PLACE_ORDERS = declare("sales.place", *SALES)
CONFIRM_ORDERS = declare("sales.confirm", Role.SALES_MANAGER)
CANCEL_ORDERS = declare("sales.cancel", *SALES)
RESERVE_ORDERS = declare("sales.reserve", Role.SALES_MANAGER, Role.WAREHOUSE_CLERK, Role.PLANNER)
DELIVER_ORDERS = declare("sales.deliver", Role.WAREHOUSE_CLERK)
INVOICE_DELIVERIES = declare("sales.invoice", *FINANCE)
PROMISE_ORDERS = declare("sales.promise", *SALES, Role.PLANNER)
VIEW_COST = declare("sales.view_cost", Role.SALES_MANAGER, Role.BUYER, Role.PLANNER, *FINANCE, Role.MANAGING_DIRECTOR)
RETURN_GOODS = declare("sales.return", Role.SALES_MANAGER, Role.WAREHOUSE_CLERK)
CREDIT_RETURNS = declare("sales.credit", Role.SALES_MANAGER, *FINANCE)
