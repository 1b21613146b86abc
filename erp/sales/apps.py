from django.apps import AppConfig


class SalesConfig(AppConfig):
    name = "erp.sales"
    label = "sales"

    def ready(self) -> None:
        from erp.sales import permissions  # noqa: F401  (declares what the roles may do)
