"""What receivables refuse."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class NothingToApply(BusinessRuleViolation):
    code = "nothing_to_apply"
    message = _("%(customer)s has no credit that an open invoice in the same currency could take.")
    remedy = _("Wait for the next invoice, or look whether somebody was quicker.")


class NotAPair(BusinessRuleViolation):
    code = "not_a_pair"
    message = _("%(credit)s cannot be set against %(invoice)s.")
    remedy = _("Choose a credit and an open invoice of this customer in the same currency.")


class MoreThanOpen(BusinessRuleViolation):
    code = "more_than_open"
    message = _("Of %(credit)s and %(invoice)s no more than %(open)s can be settled with each other.")
    remedy = _("Enter a smaller amount, or none to settle as much as possible.")
