from erp.identity.roles import EVERYBODY, declare

VIEW = declare("jobs.view", *EVERYBODY)
RUN = declare("jobs.run", *EVERYBODY)
