from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "erp.parties"
    label = "parties"
