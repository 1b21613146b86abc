from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "erp.jobs"
    label = "jobs"
