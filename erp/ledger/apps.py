from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "erp.ledger"
    label = "ledger"

    def ready(self) -> None:
        from erp.ledger import permissions  # noqa: F401  (declares what the roles may do)
