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


class ProductInactive(BusinessRuleViolation):
    code = "product_inactive"
    message = _("%(product)s is no longer sold.")
    remedy = _("Choose another product.")


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
