from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "erp.ledger"
    label = "ledger"

    def ready(self) -> None:
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.ledger.permissions import VIEW_LEDGER
        from erp.screens import navigation

        for label, url_name, icon, order in (
            (_("Open items"), "ledger:open_items", "list-check", 30),
            (_("Trial balance"), "ledger:trial_balance", "scale", 40),
            (_("Journal entries"), "ledger:entries", "book-2", 50),
            (_("Journal lines"), "ledger:lines", "list-details", 55),
            (_("Ledger accounts"), "ledger:accounts", "binary-tree", 60),
            (_("Periods"), "ledger:periods", "calendar", 70),
        ):
            navigation.register("money", label, url_name, VIEW_LEDGER, icon=icon, order=order)
        register(
            DocumentKind(
                name="journal_entry",
                model="ledger.JournalEntry",
                label=_("Journal entry"),
                lane="money",
                url_name="ledger:entry",
                permission=VIEW_LEDGER,
                families={"posted": "done"},
                status=lambda _row: ("posted", str(_("Posted"))),
            )
        )
        register_event_labels({"journal_entry.posted": _("Booked")})
