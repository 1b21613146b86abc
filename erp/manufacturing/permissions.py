from erp.identity.roles import FINANCE, STOCK, Role, declare

VIEW = declare("manufacturing.view", *STOCK, Role.PRODUCTION_OPERATOR, *FINANCE, Role.MANAGING_DIRECTOR)
PLAN = declare("manufacturing.plan", Role.PLANNER)
RELEASE = declare("manufacturing.release", Role.PLANNER)
OPERATE = declare("manufacturing.operate", Role.PRODUCTION_OPERATOR)
CLOSE = declare("manufacturing.close", Role.PLANNER, *FINANCE)
VIEW_BOMS = declare("boms.view", *STOCK, Role.PRODUCTION_OPERATOR, *FINANCE, Role.MANAGING_DIRECTOR)
SAVE_CALENDARS = declare("manufacturing.save_calendars", Role.PLANNER)
SAVE_BOMS = declare("boms.save", Role.PLANNER)
