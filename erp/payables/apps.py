from django.apps import AppConfig


class PayablesConfig(AppConfig):
    name = "erp.payables"
    label = "payables"
