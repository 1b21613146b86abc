from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "erp.documents"
    label = "documents"

    def ready(self) -> None:
        import erp.documents.permissions  # noqa: F401
