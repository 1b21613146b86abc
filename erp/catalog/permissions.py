from erp.identity.roles import EVERYBODY, FINANCE, Role, declare

VIEW_PRODUCTS = declare("catalog.view", *EVERYBODY)
EDIT_PRODUCTS = declare("catalog.edit", Role.SALES_MANAGER, Role.BUYER, Role.PLANNER, Role.MANAGING_DIRECTOR)
VIEW_COST = declare("catalog.view_cost", Role.SALES_MANAGER, Role.BUYER, Role.PLANNER, *FINANCE, Role.MANAGING_DIRECTOR)
