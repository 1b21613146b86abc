from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "erp.parties"
    label = "parties"

    def ready(self) -> None:
        from erp.parties import permissions  # noqa: F401  (declares what the roles may do)
