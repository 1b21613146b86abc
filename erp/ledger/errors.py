"""What the books refuse."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, InputError


class PeriodClosed(BusinessRuleViolation):
    code = "period_closed"
    message = _("The books are closed for %(date)s.")
    remedy = _("Use a date in an open period, or ask the finance manager to open it.")


class NoPeriod(BusinessRuleViolation):
    code = "no_period"
    message = _("There is no period for %(date)s.")
    remedy = _("Create the periods of that year first.")


class EntryNotBalanced(InputError):
    code = "entry_not_balanced"
    message = _("The entry for %(document)s does not balance: debits %(debit)s, credits %(credit)s.")
    remedy = _("Correct the amounts so that both sides are equal.")


class AlreadyReversed(BusinessRuleViolation):
    code = "already_reversed"
    message = _("Journal entry %(document)s is already reversed.")
    remedy = _("See the reversal it links to.")


class EntryOfDocument(BusinessRuleViolation):
    code = "entry_of_document"
    message = _("Journal entry %(document)s books %(source)s and is corrected only with it.")
    remedy = _("Correct the document itself: cancel it, count the stock, or post the opposite document.")


class ControlAccount(BusinessRuleViolation):
    code = "control_account"
    message = _("%(account)s is kept by its documents and takes no entry by hand.")
    remedy = _("Post the document that changes it, or choose another account.")


class MoreThanOpen(BusinessRuleViolation):
    code = "more_than_open"
    message = _("%(document)s has %(open)s open, so %(amount)s cannot be settled against it.")
    remedy = _("Settle at most the open amount; the rest stays on the customer's account.")
