from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "erp.automation"
    label = "automation"

    def ready(self) -> None:
        from erp.automation import permissions  # noqa: F401
