from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    name = "integration.datasets"
    label = "datasets"
