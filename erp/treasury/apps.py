from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TreasuryConfig(AppConfig):
    name = "erp.treasury"
    label = "treasury"

    def ready(self) -> None:
        from erp.documents.registry import DocumentKind, register
        from erp.screens import navigation
        from erp.treasury.permissions import VIEW_PAYMENTS

        navigation.register("money", _("Payments"), "treasury:payments", VIEW_PAYMENTS, icon="cash", order=20)
        register(
            DocumentKind(
                name="payment",
                model="treasury.Payment",
                label=_("Payment"),
                plural=_("Payments"),
                icon="cash",
                lane="money",
                url_name="treasury:payment",
                permission=VIEW_PAYMENTS,
                families={"in": "done", "out": "waiting"},
                status=lambda row: (row.direction, row.get_direction_display()),  # type: ignore[attr-defined]
            )
        )
