from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "erp.core"
    label = "core"
