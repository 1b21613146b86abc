"""What the stock refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, InputError


class WarehouseInactive(BusinessRuleViolation):
    code = "warehouse_inactive"
    message = _("The warehouse %(warehouse)s is no longer in use.")
    remedy = _("Choose another warehouse, or make it active again.")


class NotEnoughStock(BusinessRuleViolation):
    code = "not_enough_stock"
    message = _("%(product)s: %(available)s available, %(needed)s needed in %(warehouse)s.")
    remedy = _("Receive goods, deliver less, or choose another warehouse.")


class NotThereThen(BusinessRuleViolation):
    code = "not_there_then"
    message = _("%(product)s: only %(available)s were there before %(date)s, so %(document)s cannot take them out earlier.")
    remedy = _("Use a later date, or date the receipt of the goods earlier.")


class CountBelowReserved(BusinessRuleViolation):
    code = "count_below_reserved"
    message = _("%(product)s: %(found)s found, but %(reserved)s are reserved.")
    remedy = _("Release reservations first, then count again.")


class MovedWhileCounting(BusinessRuleViolation):
    code = "moved_while_counting"
    message = _("%(product)s moved while you counted: %(expected)s were expected then, %(on_hand)s are now.")
    remedy = _("Count it again and compare with what is expected now.")


class WriteOffAboveStock(BusinessRuleViolation):
    code = "write_off_above_stock"
    message = _("%(product)s: %(on_hand)s on hand in %(warehouse)s, %(quantity)s to be written off.")
    remedy = _("Write off what is there, or count the stock first.")


class WriteOffReserved(BusinessRuleViolation):
    code = "write_off_reserved"
    message = _(
        "%(product)s: %(on_hand)s on hand in %(warehouse)s, but %(reserved)s are reserved; %(quantity)s to be written off."
    )
    remedy = _("Release reservations first, or write off less.")


class CostNotKnown(BusinessRuleViolation):
    code = "cost_not_known"
    message = _("%(product)s: nothing is on hand, so its cost is not known.")
    remedy = _("Enter what one unit is worth.")


class NoCostSaid(InputError):
    code = "no_cost_said"
    message = _("Nothing says what these goods are worth.")
    remedy = _("Enter what one of them cost, or the value of the line; 0 for free goods.")


class NotStocked(BusinessRuleViolation):
    code = "not_stocked"
    message = _("%(product)s is a service and has no stock.")
    remedy = _("Remove the line.")


class ReturnCostUnknown(BusinessRuleViolation):
    code = "return_cost_unknown"
    message = _("%(product)s: nothing lies in %(warehouse)s to tell what the goods that come back are worth.")
    remedy = _("Enter their cost per unit, or return them against their delivery.")
