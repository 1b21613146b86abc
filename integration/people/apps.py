from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "integration.people"
    label = "people"

    def ready(self) -> None:
        from erp.identity.permissions import MANAGE_PEOPLE
        from erp.screens import navigation

        navigation.register("people", _("People and roles"), "people:people", MANAGE_PEOPLE, icon="users", order=10)
