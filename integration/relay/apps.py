from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "integration.relay"
    label = "relay"

    def ready(self) -> None:
        from erp.core import bus
        from integration.relay import permissions  # noqa: F401  (declares what the roles may do)
        from integration.relay.wake import wake

        bus.on_wake(wake)
