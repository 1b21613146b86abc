from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "integration.api"
    label = "api"
