from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutomationConfig(AppConfig):
    name = "erp.automation"
    label = "automation"

    def ready(self) -> None:
        from erp.automation.permissions import MANAGE_RULES, VIEW
        from erp.screens import navigation

        navigation.register("connect", _("Inbox"), "automation:inbox", VIEW, icon="inbox", order=10)
        navigation.register("connect", _("Automation rules"), "automation:rules", MANAGE_RULES, icon="robot", order=20)
