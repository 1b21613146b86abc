from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENT_LABELS = {
    "agreement.saved": _("Agreement saved"),
    "requisition.placed": _("Goods asked for"),
    "requisition.ordered": _("Requisition ordered"),
    "requisition.cancelled": _("Requisition given up"),
    "purchase_order.placed": _("Purchase order written"),
    "purchase_order.issued": _("Purchase order issued"),
    "purchase_order.answered": _("Supplier answered"),
    "purchase_order.received": _("Goods of the order came in"),
    "purchase_order.closed": _("Purchase order closed"),
    "purchase_order.cancelled": _("Purchase order cancelled"),
    "delivery_advice.posted": _("Delivery advised"),
    "purchase_return.posted": _("Goods returned to supplier"),
    "purchase_order.discussed": _("Message about the order"),
    "purchase_order.written_off": _("Accrual written off"),
}


class PurchasingConfig(AppConfig):
    name = "erp.purchasing"
    label = "purchasing"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.purchasing.permissions import VIEW, VIEW_REQUISITIONS
        from erp.screens.navigation import register

        register("buy", _("Requisitions"), "purchasing:requisitions", VIEW_REQUISITIONS, icon="clipboard-list", order=8)
        register("buy", _("Purchase orders"), "purchasing:orders", VIEW, icon="shopping-cart", order=10)
        register("buy", _("Agreements"), "purchasing:agreements", VIEW, icon="file-certificate", order=30)
        register("buy", _("Returns to suppliers"), "purchasing:returns", VIEW, icon="arrow-back-up", order=40)
        register_event_labels(EVENT_LABELS)
        self._register_kinds()

    def _register_kinds(self) -> None:
        from erp.documents.registry import DocumentKind, register
        from erp.purchasing.permissions import VIEW, VIEW_REQUISITIONS
        from erp.purchasing.states import FAMILIES, REQUISITION_FAMILIES

        register(
            DocumentKind(
                name="purchase_order",
                model="purchasing.PurchaseOrder",
                label=_("Purchase order"),
                plural=_("Purchase orders"),
                icon="shopping-cart",
                lane="buy",
                url_name="purchasing:order",
                permission=VIEW,
                families={state.value: family for state, family in FAMILIES.items()},
            )
        )
        register(
            DocumentKind(
                name="requisition",
                model="purchasing.Requisition",
                label=_("Requisition"),
                plural=_("Requisitions"),
                icon="clipboard-list",
                lane="buy",
                url_name="purchasing:requisition",
                permission=VIEW_REQUISITIONS,
                families={state.value: family for state, family in REQUISITION_FAMILIES.items()},
            )
        )
        register(
            DocumentKind(
                name="agreement",
                model="purchasing.Agreement",
                label=_("Agreement"),
                plural=_("Agreements"),
                icon="file-certificate",
                lane="buy",
                url_name="purchasing:agreement",
                permission=VIEW,
                families={"blocked": "cancelled", "in_force": "open"},
                status=lambda row: ("blocked", str(_("Blocked"))) if row.blocked else ("in_force", str(_("In force"))),  # type: ignore[attr-defined]
            )
        )
        register(
            DocumentKind(
                name="purchase_return",
                model="purchasing.PurchaseReturn",
                label=_("Return to supplier"),
                plural=_("Returns to suppliers"),
                icon="arrow-back-up",
                lane="buy",
                url_name="purchasing:return",
                permission=VIEW,
                families={"posted": "done"},
                status=lambda _row: ("posted", str(_("Posted"))),
            )
        )
