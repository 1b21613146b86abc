from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "erp.catalog"
    label = "catalog"

    def ready(self) -> None:
        from erp.catalog import permissions  # noqa: F401  (declares what the roles may do)
