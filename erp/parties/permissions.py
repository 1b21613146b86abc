from erp.identity.roles import FINANCE, SALES, STOCK, Role, declare

VIEW_PARTIES = declare("parties.view", *SALES, *STOCK, *FINANCE, Role.MANAGING_DIRECTOR)
EDIT_PARTIES = declare("parties.edit", *SALES, Role.BUYER, *FINANCE, Role.MANAGING_DIRECTOR)
SET_CREDIT_LIMIT = declare("parties.set_credit_limit", Role.SALES_MANAGER, *FINANCE, Role.MANAGING_DIRECTOR)
