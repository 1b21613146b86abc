from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "erp.purchasing"
    label = "purchasing"
