from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "integration.demo"
    label = "demo"
