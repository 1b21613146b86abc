"""What purchasing refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class BelowMinimum(BusinessRuleViolation):
    code = "below_minimum"
    message = _("%(quantity)s of %(product)s is below the agreed minimum of %(minimum)s.")
    remedy = _("Order the minimum, or change the agreement.")


class AboveMaximum(BusinessRuleViolation):
    code = "above_maximum"
    message = _("%(quantity)s of %(product)s is above the agreed maximum of %(maximum)s for one line.")
    remedy = _("Order in several lines, or change the agreement.")


class NotAMultiple(BusinessRuleViolation):
    code = "not_a_multiple"
    message = _("%(quantity)s of %(product)s is no multiple of %(multiple)s.")
    remedy = _("Order a multiple, as the agreement says.")


class NoMultipleInLimits(BusinessRuleViolation):
    code = "no_multiple_in_limits"
    message = _("No multiple of %(multiple)s lies between %(minimum)s and %(maximum)s.")
    remedy = _("Change the minimum, the maximum or the multiple.")


class NoAgreedPrice(BusinessRuleViolation):
    code = "no_agreed_price"
    message = _("No price is agreed for %(product)s with this supplier on that day, in that unit and currency.")
    remedy = _("Enter a price, or agree on one.")


class SupplierIsNone(BusinessRuleViolation):
    code = "supplier_blocked"
    message = _("Nothing can be ordered from %(supplier)s: it is not an active supplier.")
    remedy = _("Make the party an active supplier first.")


class AgreementOfAnother(BusinessRuleViolation):
    code = "agreement_of_another"
    message = _("The agreement's line is not of this supplier and product.")
    remedy = _("Name a line of an agreement with this supplier.")


class ServiceOrdered(BusinessRuleViolation):
    code = "service_ordered"
    message = _("%(product)s is a service: nothing of it can be received.")
    remedy = _("Enter it as a charge on the supplier's bill.")


class TiersOverlap(BusinessRuleViolation):
    code = "tiers_overlap"
    message = _("Two prices from %(quantity)s are valid on the same days.")
    remedy = _("End the earlier one before the later one begins.")


class OverReceipt(BusinessRuleViolation):
    code = "over_receipt"
    message = _("%(quantity)s of %(product)s is more than the %(open)s still expected.")
    remedy = _("Reject what is too much, or ask the buyer for another order.")


class NothingArrived(BusinessRuleViolation):
    code = "nothing_arrived"
    message = _("The receipt names no quantity that arrived.")
    remedy = _("Enter what arrived, and of it what is rejected.")


class AlreadyReceived(BusinessRuleViolation):
    code = "already_received"
    message = _("Goods of %(document)s have come in.")
    remedy = _("Close the order for the rest, or return the goods.")


class OrderCancelled(BusinessRuleViolation):
    code = "order_cancelled"
    message = _("%(document)s was cancelled.")
    remedy = _("Ask the buyer; nothing of it is wanted any more.")


class AnswerSettled(BusinessRuleViolation):
    code = "answer_settled"
    message = _("This counter-proposal of %(document)s was already answered.")
    remedy = _("Ask the supplier for another one.")


class DearerThanApproved(BusinessRuleViolation):
    code = "dearer_than_approved"
    message = _("By the counter-proposal %(document)s comes to %(amount)s, which nobody approved.")
    remedy = _("Turn it down, and order anew at these terms.")


class ReturnTooMuch(BusinessRuleViolation):
    code = "return_too_much"
    message = _("%(quantity)s of %(product)s is more than the %(open)s that came in and are still here.")
    remedy = _("Return what was received, no more.")


class AdvisedAlready(BusinessRuleViolation):
    code = "advised_already"
    message = _("All that is open of %(document)s is on its way already.")
    remedy = _("Name the lines and how much of them comes, if something else is on its way.")


class AdviceTooMuch(BusinessRuleViolation):
    code = "advice_too_much"
    message = _("%(quantity)s of %(product)s is more than the %(open)s still expected.")
    remedy = _("Advise what is still open on the order.")


class MessageKnown(BusinessRuleViolation):
    code = "message_known"
    message = _("The message “%(message)s” came before and said something else.")
    remedy = _("Give each message a name of its own; send the same again only to repeat it.")


class LineOrdered(BusinessRuleViolation):
    code = "line_ordered"
    message = _("%(product)s of %(document)s is ordered already.")
    remedy = _("Reload the page to see the purchase order.")


class NobodySupplies(BusinessRuleViolation):
    code = "nobody_supplies"
    message = _("No agreement in force says from whom %(product)s is bought, and at what price.")
    remedy = _("Make an agreement, or write the purchase order by hand.")
