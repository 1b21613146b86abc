from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "crm.customers"
    label = "customers"

    def ready(self) -> None:
        from crm.customers.permissions import VIEW_CUSTOMERS
        from erp.documents.registry import DocumentKind, register
        from erp.screens import navigation

        navigation.register("sell", _("Customers"), "customers:customers", VIEW_CUSTOMERS, icon="users", order=50)
        register(
            DocumentKind(
                name="party",
                model="parties.Party",
                label=_("Customer"),
                lane="customer",
                url_name="customers:customer",
                permission=VIEW_CUSTOMERS,
                families={"active": "done", "inactive": "cancelled"},
                number_field="code",
                status=lambda row: ("active", str(_("Active"))) if row.active else ("inactive", str(_("Inactive"))),  # type: ignore[attr-defined]
            )
        )
