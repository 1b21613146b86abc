from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "erp.jobs"
    label = "jobs"

    def ready(self) -> None:
        from erp.jobs.bulk import hand_over
        from erp.jobs.permissions import VIEW
        from erp.screens import handover, navigation

        handover.bind(hand_over)
        navigation.register("office", _("Background work"), "jobs:jobs", VIEW, icon="progress", order=90)
