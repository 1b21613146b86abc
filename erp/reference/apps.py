from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "erp.reference"
    label = "reference"
