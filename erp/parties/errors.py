"""What is refused of a party for what it is, or is not; the same wherever a document names one."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class PartyIsNoCustomer(BusinessRuleViolation):
    code = "party_is_no_customer"
    message = _("%(party)s is not a customer.")
    remedy = _("Open the party and mark it as a customer, or choose another one.")


class PartyIsNoSupplier(BusinessRuleViolation):
    code = "party_is_no_supplier"
    message = _("%(party)s is not an active supplier.")
    remedy = _("Open the party and mark it as an active supplier, or choose another one.")
