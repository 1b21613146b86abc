from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENT_LABELS = {
    "vendor_bill.posted": _("Vendor bill posted"),
    "vendor_bill.held": _("Vendor bill held"),
    "vendor_bill.rejected": _("Vendor bill rejected"),
    "payment.sent": _("Payment sent"),
}


class PayablesConfig(AppConfig):
    name = "erp.payables"
    label = "payables"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.payables.permissions import RELEASE, VIEW
        from erp.payables.states import FAMILIES
        from erp.screens import navigation

        navigation.register("money", _("Vendor bills"), "payables:bills", VIEW, icon="file-dollar", order=30)
        navigation.register("money", _("Ageing of payables"), "payables:ageing", VIEW, icon="calendar-due", order=32)
        navigation.register("money", _("Tolerances of bills"), "payables:tolerances", RELEASE, icon="adjustments", order=36)
        register(
            DocumentKind(
                name="vendor_bill",
                model="payables.VendorBill",
                label=_("Vendor bill"),
                plural=_("Vendor bills"),
                icon="file-dollar",
                lane="money",
                url_name="payables:bill",
                permission=VIEW,
                families={state.value: family for state, family in FAMILIES.items()},
            )
        )
        register_event_labels(EVENT_LABELS)
