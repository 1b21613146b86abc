from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "erp.identity"
    label = "identity"
