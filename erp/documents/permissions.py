from erp.identity.roles import Role, declare

REMOVE_FILES = declare("documents.remove_files", Role.SALES_MANAGER, Role.FINANCE_MANAGER, Role.MANAGING_DIRECTOR)
