from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "erp.identity"
    label = "identity"

    def ready(self) -> None:
        from erp.identity import permissions  # noqa: F401  (declares what the roles may do)
