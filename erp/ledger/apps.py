from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "erp.ledger"
    label = "ledger"
