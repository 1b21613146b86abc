from erp.identity.roles import FINANCE, SALES, STOCK, Role, declare

VIEW = declare("automation.view", *SALES, *STOCK, *FINANCE, Role.MANAGING_DIRECTOR)
SETTLE = declare("automation.settle", *SALES, *STOCK, *FINANCE, Role.MANAGING_DIRECTOR)
MANAGE_RULES = declare("automation.manage_rules", Role.FINANCE_MANAGER, Role.MANAGING_DIRECTOR)
DECIDE = declare("automation.decide")
