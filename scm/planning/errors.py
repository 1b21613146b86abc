"""What planning refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class ProposalGone(BusinessRuleViolation):
    code = "proposal_gone"
    message = _("%(document)s is %(state)s.")
    remedy = _("Look at the worklist again: a later run may have proposed something else.")


class NoSource(BusinessRuleViolation):
    code = "no_source"
    message = _("Nobody supplies %(product)s and no bill of materials says how it is made.")
    remedy = _("Make an agreement with a supplier, or enter a bill of materials.")
