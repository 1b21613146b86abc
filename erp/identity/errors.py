"""What the door refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class AlreadyMember(BusinessRuleViolation):
    code = "already_member"
    message = _("%(document)s has this role already.")
    remedy = _("Choose another role, or send the invitation again from the list.")


class OnOtherSide(BusinessRuleViolation):
    code = "on_other_side"
    message = _("%(document)s works in this company or acts for a supplier already; nobody does both.")
    remedy = _("Invite them with another e-mail address.")


class RoleNotYours(BusinessRuleViolation):
    code = "role_not_yours"
    message = _("Only an administrator can make somebody an administrator.")
    remedy = _("Ask an administrator to invite this person.")


class OwnAccess(BusinessRuleViolation):
    code = "own_access"
    message = _("You cannot end your own access.")
    remedy = _("Ask another administrator to do it.")


class AlreadyIn(BusinessRuleViolation):
    code = "already_in"
    message = _("%(document)s has a password already and needs no invitation.")
    remedy = _("They can reset their password at the log-in page.")
