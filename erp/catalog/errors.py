"""What the catalog refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, InputError


class FloorAboveListPrice(BusinessRuleViolation):
    code = "floor_above_list_price"
    message = _("%(document)s: the price floor %(floor)s is above the list price %(price)s.")
    remedy = _("Lower the floor or raise the list price.")


class ProductInactive(BusinessRuleViolation):
    code = "product_inactive"
    message = _("%(product)s is no longer active.")
    remedy = _("Choose another product, or make it active again.")


class KindFixed(BusinessRuleViolation):
    code = "kind_fixed"
    message = _("Kind and unit of %(document)s are fixed: its stock and documents are counted in them.")
    remedy = _("Make it inactive and create a new product instead.")


class UnknownUnit(InputError):
    code = "unknown_unit"
    message = _("%(product)s is not counted in “%(unit)s”.")
    remedy = _("Use %(base)s or another unit of the product, or give the product this unit first.")


class QuantityNotExact(BusinessRuleViolation):
    code = "quantity_not_exact"
    message = _("%(quantity)s %(unit)s of %(product)s cannot be counted in %(base)s.")
    remedy = _("%(rule)s")


class UnitNotOther(InputError):
    code = "unit_not_other"
    message = _("%(document)s is counted in %(unit)s anyway.")
    remedy = _("Give the box or pallet a name of its own.")
