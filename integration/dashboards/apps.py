from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "integration.dashboards"
    label = "dashboards"
