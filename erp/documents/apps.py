from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "erp.documents"
    label = "documents"
