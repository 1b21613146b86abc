from erp.identity.roles import STOCK, Role, declare

VIEW = declare("planning.view", *STOCK, Role.PRODUCTION_OPERATOR, Role.MANAGING_DIRECTOR)
RUN = declare("planning.run", Role.PLANNER)
ACCEPT = declare("planning.accept", Role.PLANNER)
SAVE_POLICIES = declare("planning.save", Role.PLANNER)
