from erp.identity.roles import FINANCE, SALES, Role, declare

VIEW_OPPORTUNITIES = declare("pipeline.view_opportunities", *SALES, Role.MANAGING_DIRECTOR)
EDIT_OPPORTUNITIES = declare("pipeline.edit_opportunities", *SALES, Role.MANAGING_DIRECTOR)
VIEW_QUOTATIONS = declare("pipeline.view_quotations", *SALES, *FINANCE, Role.PLANNER, Role.MANAGING_DIRECTOR)
EDIT_QUOTATIONS = declare("pipeline.edit_quotations", *SALES, Role.MANAGING_DIRECTOR)
ACCEPT_QUOTATIONS = declare("pipeline.accept_quotations", *SALES)
ENTER_ORDERS = declare("pipeline.enter_orders", *SALES)
