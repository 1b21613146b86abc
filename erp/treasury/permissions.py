from erp.identity.roles import FINANCE, Role, declare

VIEW_PAYMENTS = declare("treasury.view", *FINANCE, Role.SALES_MANAGER, Role.MANAGING_DIRECTOR)
