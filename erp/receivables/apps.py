from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVENT_LABELS = {
    "invoice.posted": _("Invoice posted"),
    "credit_note.posted": _("Credit note posted"),
    "payment.received": _("Payment received"),
    "credit.applied": _("Credit applied"),
}


class ReceivablesConfig(AppConfig):
    name = "erp.receivables"
    label = "receivables"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.receivables.permissions import VIEW_INVOICES
        from erp.screens import navigation

        navigation.register("money", _("Invoices"), "receivables:invoices", VIEW_INVOICES, icon="file-invoice", order=10)
        navigation.register("money", _("Credit notes"), "receivables:credit_notes", VIEW_INVOICES, icon="file-minus", order=12)
        navigation.register("money", _("Customers' balances"), "receivables:balances", VIEW_INVOICES, icon="users", order=15)
        navigation.register("money", _("Ageing"), "receivables:ageing", VIEW_INVOICES, icon="calendar-due", order=17)
        register(
            DocumentKind(
                name="invoice",
                model="receivables.Invoice",
                label=_("Invoice"),
                plural=_("Invoices"),
                icon="file-invoice",
                lane="money",
                url_name="receivables:invoice",
                permission=VIEW_INVOICES,
                families={"open": "open", "partly": "waiting", "overdue": "bad", "paid": "done", "credited": "cancelled"},
                status=_status,
                rows=_rows,
            )
        )
        register(
            DocumentKind(
                name="credit_note",
                model="receivables.CreditNote",
                label=_("Credit note"),
                plural=_("Credit notes"),
                icon="file-minus",
                lane="money",
                url_name="receivables:credit_note",
                permission=VIEW_INVOICES,
                families={"on_account": "open", "settled": "done"},
                status=_credit_status,
                rows=_credit_rows,
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
        register_event_labels(EVENT_LABELS)


def _rows():  # type: ignore[no-untyped-def]
    from erp.identity.queries import company_today
    from erp.receivables.queries import invoices_with_residual

    return invoices_with_residual(company_today())


def _credit_rows():  # type: ignore[no-untyped-def]
    from erp.receivables.queries import credit_notes_with_residual

    return credit_notes_with_residual()


def _credit_status(row: object) -> tuple[str, str]:
    from erp.receivables.tables import CREDIT_STATES

    status: str = row.status  # type: ignore[attr-defined]
    return status, str(CREDIT_STATES[status].label)


def _status(row: object) -> tuple[str, str]:
    from erp.receivables.tables import STATES

    status: str = row.status  # type: ignore[attr-defined]
    return status, str(STATES[status].label)
