from erp.identity.roles import FINANCE, Role, declare

VIEW_ORDER_TO_CASH = declare("dashboards.order_to_cash", Role.SALES_MANAGER, Role.PLANNER, *FINANCE, Role.MANAGING_DIRECTOR)
VIEW_PURCHASING = declare("dashboards.purchasing", Role.BUYER, Role.PLANNER, *FINANCE, Role.MANAGING_DIRECTOR)
VIEW_DESK = declare("dashboards.desk", Role.BUYER, Role.PLANNER, Role.MANAGING_DIRECTOR)
VIEW_PRODUCTION = declare("dashboards.production", Role.PLANNER, Role.PRODUCTION_OPERATOR, *FINANCE, Role.MANAGING_DIRECTOR)
