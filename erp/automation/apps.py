from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENT_LABELS = {
    "approval.requested": _("Asked for approval"),
    "approval.granted": _("Approved"),
    "approval.refused": _("Not approved"),
    "approval.withdrawn": _("Approval withdrawn"),
}


class AutomationConfig(AppConfig):
    name = "erp.automation"
    label = "automation"

    def ready(self) -> None:
        from erp.automation.permissions import MANAGE_APPROVALS, MANAGE_RULES, VIEW, VIEW_APPROVALS
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.screens import navigation

        register_event_labels(EVENT_LABELS)
        register(
            DocumentKind(
                name="approval",
                model="automation.ApprovalRequest",
                label=_("Approval"),
                plural=_("Approvals"),
                icon="thumb-up",
                lane="buy",
                url_name="automation:approval",
                permission=VIEW_APPROVALS,
                families={"pending": "waiting", "granted": "done", "refused": "bad", "withdrawn": "cancelled"},
            )
        )
        navigation.register("connect", _("Approvals"), "automation:approvals", VIEW_APPROVALS, icon="thumb-up", order=15)
        navigation.register(
            "connect", _("Approval policies"), "automation:policies", MANAGE_APPROVALS, icon="shield-check", order=25
        )
        navigation.register("connect", _("Delegations"), "automation:delegations", VIEW_APPROVALS, icon="users", order=26)

        navigation.register("connect", _("Inbox"), "automation:inbox", VIEW, icon="inbox", order=10)
        navigation.register("connect", _("Automation rules"), "automation:rules", MANAGE_RULES, icon="robot", order=20)
