"""What the inbox refuses."""

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
