"""What the inbox and approvals refuse."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class WaitsForOthers(BusinessRuleViolation):
    code = "waits_for_others"
    message = _("%(document)s waits for others: %(owner)s.")
    remedy = _("Leave it to them, or ask their manager.")


class WaitsAlready(BusinessRuleViolation):
    code = "waits_already"
    message = _("%(document)s waits again for the same step.")
    remedy = _("Settle the open exception instead.")


class OwnRequest(BusinessRuleViolation):
    code = "own_request"
    message = _("%(document)s is your own: you cannot approve it.")
    remedy = _("Somebody else with the role has to answer.")


class NotAsked(BusinessRuleViolation):
    code = "not_asked"
    message = _("%(document)s waits for: %(roles)s.")
    remedy = _("Leave it to them, or let one of them delegate it to you.")


class NotYourDelegation(BusinessRuleViolation):
    code = "not_your_delegation"
    message = _("%(document)s delegated it: it is not yours to end.")
    remedy = _("Leave it to them, or ask who keeps the approval policies.")


class ApprovalMissing(BusinessRuleViolation):
    code = "approval_missing"
    message = _("%(document)s is not approved: from %(amount)s on “%(policy)s” asks for approval.")
    remedy = _("Wait for the approval, or make the amount smaller.")
