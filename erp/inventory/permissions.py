from erp.identity.roles import FINANCE, SALES, STOCK, Role, declare

VIEW_STOCK = declare("inventory.view", *SALES, *STOCK, *FINANCE, Role.PRODUCTION_OPERATOR, Role.MANAGING_DIRECTOR)
VIEW_VALUE = declare("inventory.view_value", Role.SALES_MANAGER, Role.BUYER, Role.PLANNER, *FINANCE, Role.MANAGING_DIRECTOR)
RECEIVE_GOODS = declare("inventory.receive", Role.WAREHOUSE_CLERK)
COUNT_STOCK = declare("inventory.count", Role.WAREHOUSE_CLERK)
ADJUST_STOCK = declare("inventory.adjust", Role.WAREHOUSE_CLERK)
EDIT_WAREHOUSES = declare("inventory.edit_warehouses", Role.PLANNER)
