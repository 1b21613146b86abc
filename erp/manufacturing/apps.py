from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENT_LABELS = {
    "bill_of_materials.saved": _("Bill of materials saved"),
    "manufacturing_order.placed": _("Manufacturing order planned"),
    "manufacturing_order.released": _("Manufacturing order released"),
    "manufacturing_order.completed": _("Goods came out of production"),
    "manufacturing_order.closed": _("Manufacturing order closed"),
    "manufacturing_order.cancelled": _("Manufacturing order cancelled"),
    "manufacturing_order.moved": _("Manufacturing order moved"),
    "working_calendar.saved": _("Working calendar saved"),
    "production_issue.posted": _("Components issued"),
    "production_issue.returned": _("Components came back"),
}


class ManufacturingConfig(AppConfig):
    name = "erp.manufacturing"
    label = "manufacturing"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.manufacturing.permissions import VIEW, VIEW_BOMS
        from erp.manufacturing.states import FAMILIES
        from erp.screens import navigation

        navigation.register("make", _("Manufacturing orders"), "manufacturing:orders", VIEW, icon="tools", order=20)
        navigation.register("make", _("Working calendars"), "manufacturing:calendars", VIEW, icon="calendar", order=70)
        navigation.register("make", _("Bills of materials"), "manufacturing:boms", VIEW_BOMS, icon="sitemap", order=40)
        register(
            DocumentKind(
                name="manufacturing_order",
                model="manufacturing.ManufacturingOrder",
                label=_("Manufacturing order"),
                plural=_("Manufacturing orders"),
                icon="tools",
                lane="make",
                url_name="manufacturing:order",
                permission=VIEW,
                families={state.value: family for state, family in FAMILIES.items()},
            )
        )
        register(
            DocumentKind(
                name="bill_of_materials",
                model="manufacturing.BillOfMaterials",
                label=_("Bill of materials"),
                plural=_("Bills of materials"),
                icon="sitemap",
                lane="make",
                url_name="manufacturing:bom",
                permission=VIEW_BOMS,
                families={"active": "open", "inactive": "cancelled"},
                number_field="product__sku",
                jump=False,
                status=lambda row: ("active", str(_("In force"))) if row.active else ("inactive", str(_("Out of use"))),  # type: ignore[attr-defined]
                rows=_boms,
            )
        )
        register_event_labels(EVENT_LABELS)


def _boms():  # type: ignore[no-untyped-def]
    from erp.manufacturing.queries import list_boms

    return list_boms()
