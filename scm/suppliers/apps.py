from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    name = "scm.suppliers"
    label = "suppliers"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from erp.payables.permissions import SEND_BILL
        from erp.purchasing.permissions import VIEW
        from erp.screens import navigation
        from scm.suppliers import permissions

        navigation.register("buy", _("Suppliers"), "suppliers:suppliers", permissions.VIEW, icon="building-factory-2", order=5)
        navigation.register("portal", _("Orders"), "portal:orders", VIEW, icon="file-text", order=10, partner=True)
        navigation.register("portal", _("Bills"), "portal:bills", SEND_BILL, icon="file-invoice", order=20, partner=True)
        navigation.register("portal", _("Items"), "portal:items", VIEW, icon="packages", order=30, partner=True)
