"""What the pipeline refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, InputError


class NotACustomer(BusinessRuleViolation):
    code = "not_a_customer"
    message = _("%(customer)s is not an active customer.")
    remedy = _("Open the party and mark it as an active customer, or choose another one.")


class ProductNotForSale(BusinessRuleViolation):
    code = "product_not_for_sale"
    message = _("%(product)s is not active.")
    remedy = _("Choose another product, or make it active again.")


class NoLines(InputError):
    code = "no_lines"
    message = _("%(document)s has no lines.")
    remedy = _("Enter at least one product.")


class QuotationExpired(BusinessRuleViolation):
    code = "quotation_expired"
    message = _("%(document)s was valid until %(date)s.")
    remedy = _("Check the prices and set a later date, then accept it.")


class LostWithoutReason(InputError):
    code = "lost_without_reason"
    message = _("%(document)s cannot be lost without a reason.")
    remedy = _("Say why it was lost.")


class MalformedInput(InputError):
    code = "malformed_input"
    message = _("What was sent is not a quotation.")
    remedy = _("Reload the page and try again.")
