"""What receivables refuse."""

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


class InvoiceNotOpen(BusinessRuleViolation):
    code = "invoice_not_open"
    message = _("%(document)s is no open invoice of this customer in %(currency)s.")
    remedy = _("Choose another one, or none to settle the oldest first.")


class NothingToApply(BusinessRuleViolation):
    code = "nothing_to_apply"
    message = _("%(customer)s has no credit that an open invoice in the same currency could take.")
    remedy = _("Wait for the next invoice, or look whether somebody was quicker.")


class NotAPair(BusinessRuleViolation):
    code = "not_a_pair"
    message = _("%(credit)s cannot be set against %(invoice)s.")
    remedy = _("Choose a credit and an open invoice of this customer in the same currency.")


class MoreThanBothOpen(BusinessRuleViolation):
    code = "more_than_both_open"
    message = _("Of %(credit)s and %(invoice)s no more than %(open)s can be settled with each other.")
    remedy = _("Enter a smaller amount, or none to settle as much as possible.")
