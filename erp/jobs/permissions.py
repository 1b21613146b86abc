from erp.identity.roles import EVERYBODY, Role, declare

VIEW = declare("jobs.view", *EVERYBODY)
RUN = declare("jobs.run", *EVERYBODY)
VIEW_ALL = declare("jobs.view_all", Role.MANAGING_DIRECTOR)
