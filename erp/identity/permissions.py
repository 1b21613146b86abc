from erp.identity.roles import EVERYBODY, Role, declare

BE_HERE = declare("identity.be_here", *EVERYBODY)
MANAGE_PEOPLE = declare("identity.manage_people", Role.MANAGING_DIRECTOR)
MAKE_ADMINISTRATORS = declare("identity.make_administrators")
