"""What sales refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class CreditLimitExceeded(BusinessRuleViolation):
    code = "credit_limit_exceeded"
    message = _("%(document)s would take %(customer)s to %(exposure)s, above the credit limit of %(limit)s.")
    remedy = _("Wait for a payment, or ask a sales manager to raise the limit.")


class PriceBelowFloor(BusinessRuleViolation):
    code = "price_below_floor"
    message = _("%(product)s at %(price)s is below the price floor of %(floor)s.")
    remedy = _("Raise the price or lower the discount.")


class CustomerBlocked(BusinessRuleViolation):
    code = "customer_blocked"
    message = _("%(customer)s takes no orders: it is not an active customer.")
    remedy = _("Make the party an active customer first.")


class TaxRateMissing(BusinessRuleViolation):
    code = "tax_rate_missing"
    message = _("The tax code %(tax_code)s of %(product)s has no rate on that day.")
    remedy = _("Give the tax code a rate that is valid then.")


class NotFullyReserved(BusinessRuleViolation):
    code = "not_fully_reserved"
    message = _("%(document)s is not fully reserved and may not be delivered in parts.")
    remedy = _("Receive the missing goods, or allow partial delivery on the order.")


class NothingToDeliver(BusinessRuleViolation):
    code = "nothing_to_deliver"
    message = _("Nothing is reserved for %(document)s.")
    remedy = _("Reserve stock first.")


class AlreadyInvoiced(BusinessRuleViolation):
    code = "already_invoiced"
    message = _("%(document)s is already invoiced.")
    remedy = _("See the invoice it links to.")


class MoreThanDelivered(BusinessRuleViolation):
    code = "more_than_delivered"
    message = _("%(product)s: of %(document)s %(left)s can still come back, not %(asked)s.")
    remedy = _("Return at most what is left, or return the rest without an original.")


class ReturnBeforeDelivery(BusinessRuleViolation):
    code = "return_before_delivery"
    message = _("%(document)s is dated %(delivered)s, so its goods cannot come back on %(date)s.")
    remedy = _("Use the day of the delivery or a later one.")


class AlreadyCredited(BusinessRuleViolation):
    code = "already_credited"
    message = _("%(document)s is already credited.")
    remedy = _("See the credit note it links to.")


class ReturnNotInvoiced(BusinessRuleViolation):
    code = "return_not_invoiced"
    message = _("%(document)s cannot be credited yet: %(delivery)s is not invoiced.")
    remedy = _("Invoice the delivery first; the return is credited against that invoice.")
