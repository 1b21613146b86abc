"""What manufacturing refuses."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class BillCycle(BusinessRuleViolation):
    code = "bill_cycle"
    message = _("The bill of materials would contain itself: %(path)s.")
    remedy = _("Take one of these components out.")


class NoBill(BusinessRuleViolation):
    code = "no_bill_of_materials"
    message = _("%(product)s has no bill of materials that is valid on %(date)s.")
    remedy = _("Enter one, or buy the product.")


class ComponentsMissing(BusinessRuleViolation):
    code = "components_missing"
    message = _("%(document)s lacks components: %(components)s.")
    remedy = _("Wait until they come in, or release a smaller order.")


class MoreThanOrdered(BusinessRuleViolation):
    code = "more_than_ordered"
    message = _("%(quantity)s is more than the %(open)s still open of %(document)s.")
    remedy = _("Report what was ordered; make another order for more.")


class MoreThanRequired(BusinessRuleViolation):
    code = "more_than_required"
    message = _("%(document)s takes %(open)s more of %(component)s, not %(quantity)s.")
    remedy = _("Issue what the order still takes.")


class MoreThanIssued(BusinessRuleViolation):
    code = "more_than_issued"
    message = _("Of %(component)s %(issued)s lie in %(document)s, not %(quantity)s.")
    remedy = _("Return what was issued.")


class CostHasGone(BusinessRuleViolation):
    code = "cost_has_gone"
    message = _("Finished goods have taken the cost of these components out of %(document)s.")
    remedy = _("Return fewer components, or count them in as found stock.")


class OverlappingBill(BusinessRuleViolation):
    code = "overlapping_bill"
    message = _("%(product)s has another bill of materials on some of these days.")
    remedy = _("End it before, or give this one a code of its own.")


class ComponentIsService(BusinessRuleViolation):
    code = "component_is_service"
    message = _("%(product)s is a service: it lies in no stock.")
    remedy = _("Name stocked products only.")
