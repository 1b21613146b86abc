from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENT_LABELS = {
    "sales_order.placed": _("Order placed"),
    "sales_order.confirmed": _("Order confirmed"),
    "sales_order.reserved": _("Stock reserved"),
    "sales_order.short": _("Stock is missing"),
    "sales_order.cancelled": _("Order cancelled"),
    "sales_order.promise_moved": _("Promise moved"),
    "delivery.posted": _("Goods delivered"),
    "sales_return.posted": _("Goods returned"),
    "sales_return.invoiced": _("Return can be credited"),
}


class SalesConfig(AppConfig):
    name = "erp.sales"
    label = "sales"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.sales.permissions import VIEW_ORDERS
        from erp.sales.states import FAMILIES
        from erp.screens import navigation

        navigation.register("sell", _("Sales orders"), "sales:orders", VIEW_ORDERS, icon="receipt", order=30)
        navigation.register("ship", _("Deliveries"), "sales:deliveries", VIEW_ORDERS, icon="truck-delivery", order=10)
        register(
            DocumentKind(
                name="sales_order",
                model="sales.SalesOrder",
                label=_("Sales order"),
                plural=_("Sales orders"),
                icon="receipt",
                lane="sales",
                url_name="sales:order",
                permission=VIEW_ORDERS,
                families={state.value: family for state, family in FAMILIES.items()},
            )
        )
        navigation.register("ship", _("Returns"), "sales:returns", VIEW_ORDERS, icon="arrow-back-up", order=20)
        register(
            DocumentKind(
                name="delivery",
                model="sales.Delivery",
                label=_("Delivery"),
                plural=_("Deliveries"),
                icon="truck-delivery",
                lane="ship",
                url_name="sales:delivery",
                permission=VIEW_ORDERS,
                families={"to_invoice": "waiting", "invoiced": "done"},
                status=_delivery_status,
            )
        )
        register(
            DocumentKind(
                name="sales_return",
                model="sales.SalesReturn",
                label=_("Return"),
                plural=_("Returns"),
                icon="arrow-back-up",
                lane="ship",
                url_name="sales:return",
                permission=VIEW_ORDERS,
                families={"to_credit": "waiting", "credited": "done"},
                status=_return_status,
            )
        )
        register_event_labels(EVENT_LABELS)


def _delivery_status(row: object) -> tuple[str, str]:
    invoiced = row.invoice_id is not None  # type: ignore[attr-defined]
    return ("invoiced", str(_("Invoiced"))) if invoiced else ("to_invoice", str(_("To invoice")))


def _return_status(row: object) -> tuple[str, str]:
    credited = row.credit_note_id is not None  # type: ignore[attr-defined]
    return ("credited", str(_("Credited"))) if credited else ("to_credit", str(_("To credit")))
