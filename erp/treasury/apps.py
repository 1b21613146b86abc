from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    name = "erp.treasury"
    label = "treasury"

    def ready(self) -> None:
        from erp.treasury import permissions  # noqa: F401  (declares what the roles may do)
