from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "erp.automation"
    label = "automation"
