from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENT_LABELS = {
    "plan_run.finished": _("Plan worked out"),
    "plan_run.proposals_deferred": _("More proposals to look at"),
    "proposal.accepted": _("Proposal accepted"),
    "proposal.fixed": _("Proposal fixed"),
    "proposal.withdrawn": _("Proposal withdrawn"),
    "item_policy.saved": _("Item policy saved"),
}


class PlanningConfig(AppConfig):
    name = "scm.planning"
    label = "planning"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.screens import navigation
        from scm.planning.permissions import VIEW

        navigation.register("make", _("Planner's worklist"), "planning:proposals", VIEW, icon="list-check", order=5)
        navigation.register("make", _("Plan runs"), "planning:runs", VIEW, icon="calculator", order=50)
        navigation.register("make", _("Planned warehouses"), "planning:warehouses", VIEW, icon="building-warehouse", order=55)
        navigation.register("make", _("Item policies"), "planning:policies", VIEW, icon="adjustments", order=60)
        register(
            DocumentKind(
                name="plan_run",
                model="planning.PlanRun",
                label=_("Plan run"),
                plural=_("Plan runs"),
                icon="calculator",
                lane="make",
                url_name="planning:run",
                permission=VIEW,
                families={"finished": "done"},
                status=lambda _row: ("finished", str(_("Finished"))),
            )
        )
        register(
            DocumentKind(
                name="proposal",
                model="planning.Proposal",
                label=_("Proposal"),
                plural=_("Proposals"),
                icon="list-check",
                lane="make",
                url_name="planning:proposal",
                permission=VIEW,
                families={"open": "waiting", "firm": "open", "accepted": "done", "withdrawn": "cancelled"},
            )
        )
        register_event_labels(EVENT_LABELS)
