from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "erp.parties"
    label = "parties"

    def ready(self) -> None:
        from erp.parties.permissions import VIEW_PARTIES
        from erp.screens import navigation

        navigation.register("people", _("Parties"), "parties:parties", VIEW_PARTIES, icon="address-book", order=5)
