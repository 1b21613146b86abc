from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "erp.inventory"
    label = "inventory"

    def ready(self) -> None:
        from erp.inventory import permissions  # noqa: F401  (declares what the roles may do)
