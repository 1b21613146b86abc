"""The exception inbox, the rules of automation, approvals and delegations over the API."""

from erp.automation.api.approvals import ApprovalPolicyView, ApprovalView
from erp.automation.api.delegations import DelegationView
from erp.automation.api.inbox import ExceptionView, RuleView

ROUTES = {
    "integration/exceptions": ExceptionView,
    "integration/rules": RuleView,
    "erp/approvals": ApprovalView,
    "erp/approval-policies": ApprovalPolicyView,
    "erp/delegations": DelegationView,
}
