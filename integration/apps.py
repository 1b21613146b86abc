from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    name = "integration"
    label = "integration"

    def ready(self) -> None:
        from integration.wiring import connect_all

        connect_all()
