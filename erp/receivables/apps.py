from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceivablesConfig(AppConfig):
    name = "erp.receivables"
    label = "receivables"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.receivables.permissions import VIEW_INVOICES
        from erp.screens import navigation

        navigation.register("money", _("Invoices"), "receivables:invoices", VIEW_INVOICES, icon="file-invoice", order=10)
        navigation.register("money", _("Customers' balances"), "receivables:balances", VIEW_INVOICES, icon="users", order=15)
        register(
            DocumentKind(
                name="invoice",
                model="receivables.Invoice",
                label=_("Invoice"),
                lane="money",
                url_name="receivables:invoice",
                permission=VIEW_INVOICES,
                families={"open": "open", "partly": "waiting", "overdue": "bad", "paid": "done"},
                status=_status,
                rows=_rows,
            )
        )
        register(
            DocumentKind(
                name="credit",
                model="ledger.OpenItem",
                label=_("Customer credit"),
                lane="money",
                url_name="receivables:credit",
                permission=VIEW_INVOICES,
                families={"on_account": "waiting", "used": "done"},
                number_field="document_number",
                jump=False,
                status=lambda row: ("on_account", str(_("On account"))) if row.residual else ("used", str(_("Used"))),  # type: ignore[attr-defined]
            )
        )
        register_event_labels(
            {
                "invoice.posted": _("Invoice posted"),
                "payment.received": _("Payment received"),
                "credit.applied": _("Credit applied"),
            }
        )


def _rows():  # type: ignore[no-untyped-def]
    from erp.identity.queries import company_today
    from erp.receivables.queries import invoices_with_residual

    return invoices_with_residual(company_today())


def _status(row: object) -> tuple[str, str]:
    from erp.receivables.tables import STATES

    status: str = row.status  # type: ignore[attr-defined]
    return status, str(STATES[status].label)
