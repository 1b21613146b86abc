from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "crm.customers"
    label = "customers"

    def ready(self) -> None:
        from crm.customers import permissions  # noqa: F401  (declares what the roles may do)
