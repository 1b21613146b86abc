from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DashboardsConfig(AppConfig):
    name = "integration.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        from erp.screens import navigation
        from integration.dashboards.permissions import VIEW_DESK, VIEW_ORDER_TO_CASH, VIEW_PRODUCTION, VIEW_PURCHASING

        url_name = "dashboards:order_to_cash"
        navigation.register("insights", _("Order to cash"), url_name, VIEW_ORDER_TO_CASH, icon="chart-bar", order=10)
        navigation.register("buy", _("Buyer's desk"), "dashboards:desk", VIEW_DESK, icon="inbox", order=1)
        navigation.register("insights", _("Purchasing"), "dashboards:purchasing", VIEW_PURCHASING, icon="shopping-cart", order=20)
        navigation.register("insights", _("Production"), "dashboards:production", VIEW_PRODUCTION, icon="tools", order=30)
