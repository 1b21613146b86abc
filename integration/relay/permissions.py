from erp.identity.roles import Role, declare

MONITOR = declare("integration.monitor", Role.MANAGING_DIRECTOR)
REPAIR = declare("integration.repair", Role.ADMINISTRATOR)
VIEW_EVENTS = declare("integration.view_events", Role.MANAGING_DIRECTOR)
