from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    name = "erp.treasury"
    label = "treasury"
