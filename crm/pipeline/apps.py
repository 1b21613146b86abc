from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PipelineConfig(AppConfig):
    name = "crm.pipeline"
    label = "pipeline"

    def ready(self) -> None:
        from crm.pipeline.permissions import ENTER_ORDERS, VIEW_OPPORTUNITIES, VIEW_QUOTATIONS
        from crm.pipeline.states import FAMILIES, STAGE_FAMILIES
        from crm.pipeline.timeline import EVENT_LABELS
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.screens import navigation

        navigation.register("sell", _("Opportunities"), "pipeline:opportunities", VIEW_OPPORTUNITIES, icon="target", order=10)
        navigation.register("sell", _("Quotations"), "pipeline:quotations", VIEW_QUOTATIONS, icon="file-text", order=20)
        navigation.register("sell", _("New order"), "pipeline:new_order", ENTER_ORDERS, icon="square-plus", order=25)
        register_event_labels(EVENT_LABELS)
        register(
            DocumentKind(
                name="quotation",
                model="pipeline.Quotation",
                label=_("Quotation"),
                plural=_("Quotations"),
                icon="file-text",
                lane="customer",
                url_name="pipeline:quotation",
                permission=VIEW_QUOTATIONS,
                families={str(state): family for state, family in FAMILIES.items()},
            )
        )
        register(
            DocumentKind(
                name="opportunity",
                model="pipeline.Opportunity",
                label=_("Opportunity"),
                plural=_("Opportunities"),
                icon="target",
                lane="customer",
                url_name="pipeline:opportunity",
                permission=VIEW_OPPORTUNITIES,
                families={str(stage): family for stage, family in STAGE_FAMILIES.items()},
                status=lambda row: (row.stage, str(row.get_stage_display())),  # type: ignore[attr-defined]
            )
        )
