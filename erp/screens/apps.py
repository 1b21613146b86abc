from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreensConfig(AppConfig):
    name = "erp.screens"
    label = "screens"

    def ready(self) -> None:
        from erp.identity.permissions import BE_HERE
        from erp.screens import navigation

        navigation.register("office", _("Tasks"), "screens:tasks", BE_HERE, icon="checkbox", order=10)
