from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelayConfig(AppConfig):
    name = "integration.relay"
    label = "relay"

    def ready(self) -> None:
        from erp.core import bus
        from erp.screens import navigation
        from integration.relay.permissions import MONITOR
        from integration.relay.wake import wake

        bus.on_wake(wake)
        navigation.register("connect", _("Monitor"), "relay:monitor", MONITOR, icon="activity", order=30)
