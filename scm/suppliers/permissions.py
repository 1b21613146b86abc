from erp.identity.roles import FINANCE, STOCK, Role, declare

VIEW = declare("suppliers.view", *STOCK, *FINANCE, Role.MANAGING_DIRECTOR, Role.SUPPLIER)
MANAGE_KEYS = declare("suppliers.manage_keys", Role.MANAGING_DIRECTOR)
