"""What the catalog refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class FloorAboveListPrice(BusinessRuleViolation):
    code = "floor_above_list_price"
    message = _("%(document)s: the price floor %(floor)s is above the list price %(price)s.")
    remedy = _("Lower the floor or raise the list price.")


class KindFixed(BusinessRuleViolation):
    code = "kind_fixed"
    message = _("Kind and unit of %(document)s are fixed: its stock and documents are counted in them.")
    remedy = _("Make it inactive and create a new product instead.")
