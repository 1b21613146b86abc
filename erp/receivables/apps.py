from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    name = "erp.receivables"
    label = "receivables"
