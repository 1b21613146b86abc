"""Who sees the inbox, who runs what waits there, and whose exceptions one may close without doing anything.

`SETTLE` opens the verbs of the inbox; an exception is dismissed or reopened by its owner, the owner's manager, or who may do
its verb (`can_settle`).
"""

from erp.identity.roles import EVERYBODY, FINANCE, SALES, STOCK, Role, declare

VIEW = declare("automation.view", *SALES, *STOCK, *FINANCE, Role.MANAGING_DIRECTOR)
SETTLE = declare("automation.settle", *SALES, *STOCK, *FINANCE, Role.MANAGING_DIRECTOR)
SETTLE_OF_SALESPERSON = declare("automation.settle_of_salesperson", *SALES, Role.MANAGING_DIRECTOR)
SETTLE_OF_SALES_MANAGER = declare("automation.settle_of_sales_manager", Role.SALES_MANAGER, Role.MANAGING_DIRECTOR)
SETTLE_OF_BUYER = declare("automation.settle_of_buyer", Role.BUYER, Role.MANAGING_DIRECTOR)
SETTLE_OF_PLANNER = declare("automation.settle_of_planner", Role.PLANNER, Role.MANAGING_DIRECTOR)
SETTLE_OF_CLERK = declare("automation.settle_of_warehouse_clerk", Role.WAREHOUSE_CLERK, Role.MANAGING_DIRECTOR)
SETTLE_OF_ACCOUNTANT = declare("automation.settle_of_accountant", *FINANCE, Role.MANAGING_DIRECTOR)
SETTLE_OF_FINANCE_MANAGER = declare("automation.settle_of_finance_manager", Role.FINANCE_MANAGER, Role.MANAGING_DIRECTOR)
SETTLE_OF_ANYBODY = declare("automation.settle_of_anybody", Role.MANAGING_DIRECTOR)
MANAGE_RULES = declare("automation.manage_rules", Role.FINANCE_MANAGER, Role.MANAGING_DIRECTOR)
DECIDE = declare("automation.decide")
VIEW_APPROVALS = declare("approvals.view", *EVERYBODY)
ANSWER_APPROVALS = declare("approvals.answer", *EVERYBODY)
MANAGE_APPROVALS = declare("approvals.save", Role.FINANCE_MANAGER, Role.MANAGING_DIRECTOR)

_OF_OWNER = {
    Role.SALESPERSON: SETTLE_OF_SALESPERSON,
    Role.SALES_MANAGER: SETTLE_OF_SALES_MANAGER,
    Role.BUYER: SETTLE_OF_BUYER,
    Role.PLANNER: SETTLE_OF_PLANNER,
    Role.WAREHOUSE_CLERK: SETTLE_OF_CLERK,
    Role.ACCOUNTANT: SETTLE_OF_ACCOUNTANT,
    Role.FINANCE_MANAGER: SETTLE_OF_FINANCE_MANAGER,
}


def settling_of(owner_role: str) -> str:
    """The permission to close what waits for this role."""
    return next((permission for role, permission in _OF_OWNER.items() if role == owner_role), SETTLE_OF_ANYBODY)
