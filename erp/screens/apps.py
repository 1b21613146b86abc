from django.apps import AppConfig


class ScreensConfig(AppConfig):
    name = "erp.screens"
    label = "screens"
