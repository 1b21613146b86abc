from erp.identity.roles import FINANCE, SALES, Role, declare

VIEW_CUSTOMERS = declare("customers.view", *SALES, *FINANCE, Role.PLANNER, Role.MANAGING_DIRECTOR)
RECORD_ACTIVITIES = declare("customers.record_activities")
