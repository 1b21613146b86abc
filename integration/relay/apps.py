from django.apps import AppConfig


class RelayConfig(AppConfig):
    name = "integration.relay"
    label = "relay"
