from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "scm.planning"
    label = "planning"
