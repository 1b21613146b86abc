"""What receivables refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class MoreThanInvoiced(BusinessRuleViolation):
    code = "more_than_invoiced"
    message = _("Of line %(line)s of %(document)s only %(left)s are left to credit, not %(asked)s.")
    remedy = _("Credit at most what is left, or correct the credit note that took the rest.")


class CreditBeforeInvoice(BusinessRuleViolation):
    code = "credit_before_invoice"
    message = _("%(document)s is dated %(invoiced)s, so it cannot be credited on %(date)s.")
    remedy = _("Use the day of the invoice or a later one.")
