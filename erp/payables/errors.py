"""What payables refuse."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class BillKnown(BusinessRuleViolation):
    code = "bill_known"
    message = _("The supplier's bill %(number)s is known as %(document)s, with other lines or amounts.")
    remedy = _("Look at the bill that is there; reject it if this one takes its place.")


class BillNotOpen(BusinessRuleViolation):
    code = "bill_not_open"
    message = _("%(document)s is not open in %(currency)s.")
    remedy = _("Choose bills that are still open in the payment's currency.")


class LineOfAnother(BusinessRuleViolation):
    code = "line_of_another"
    message = _("The order line is not of this supplier.")
    remedy = _("Name lines of orders placed with this supplier.")


class CurrencyOfAnother(BusinessRuleViolation):
    code = "currency_of_order"
    message = _("%(document)s is in %(currency)s.")
    remedy = _("Bill it in the currency of the order.")


class NothingToWriteOff(BusinessRuleViolation):
    code = "nothing_to_write_off"
    message = _("Nothing is left to be billed of this line.")
    remedy = _("Choose lines of ended orders that were received and not billed, or billed and not received.")


class StillExpected(BusinessRuleViolation):
    code = "still_expected"
    message = _("Goods or bills of %(document)s are still expected.")
    remedy = _("Close the order first.")
