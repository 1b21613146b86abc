from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "erp.receivables"
    label = "receivables"

    def ready(self) -> None:
        from erp.receivables import permissions  # noqa: F401  (declares what the roles may do)
