from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    name = "scm.suppliers"
    label = "suppliers"

    def ready(self) -> None:
        from scm.suppliers import permissions  # noqa: F401
