from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "erp.inventory"
    label = "inventory"

    def ready(self) -> None:
        from erp.catalog.ports import StockAnswer, bind_stock
        from erp.documents.event_labels import register_event_labels
        from erp.documents.registry import DocumentKind, register
        from erp.inventory.permissions import VIEW_STOCK, VIEW_VALUE
        from erp.inventory.queries import stock_of_product
        from erp.screens import navigation

        for label, url_name, icon, order in (
            (_("Stock levels"), "inventory:levels", "packages", 10),
            (_("Receipts"), "inventory:receipts", "package-import", 20),
            (_("Stock counts"), "inventory:counts", "clipboard-check", 30),
            (_("Stock adjustments"), "inventory:adjustments", "adjustments-alt", 35),
            (_("Stock moves"), "inventory:moves", "arrows-exchange", 40),
            (_("Stock on a day"), "inventory:levels_at", "calendar-stats", 50),
            (_("Warehouses"), "inventory:warehouses", "building-warehouse", 60),
        ):
            navigation.register("stock", label, url_name, VIEW_STOCK, icon=icon, order=order)
        for name, model, label, url_name in (
            ("receipt", "inventory.Receipt", _("Receipt"), "inventory:receipt"),
            ("stock_count", "inventory.Count", _("Stock count"), "inventory:count"),
            ("stock_adjustment", "inventory.Adjustment", _("Stock adjustment"), "inventory:adjustment"),
        ):
            register(
                DocumentKind(
                    name=name,
                    model=model,
                    label=label,
                    icon="package-import" if name == "receipt" else "clipboard-check",
                    lane="stock",
                    url_name=url_name,
                    permission=VIEW_STOCK,
                    families={"posted": "done"},
                    status=lambda _row: ("posted", str(_("Posted"))),
                )
            )
        register(
            DocumentKind(
                name="warehouse",
                model="inventory.Warehouse",
                label=_("Warehouse"),
                lane="stock",
                url_name="inventory:warehouse",
                permission=VIEW_STOCK,
                families={"active": "done", "inactive": "cancelled"},
                icon="building-warehouse",
                number_field="code",
                status=lambda row: ("active", str(_("Active"))) if row.active else ("inactive", str(_("Inactive"))),  # type: ignore[attr-defined]
            )
        )
        register_event_labels(
            {
                "receipt.posted": _("Goods received"),
                "stock_count.posted": _("Stock counted"),
                "stock_adjustment.posted": _("Stock adjusted"),
            }
        )
        bind_stock(StockAnswer(stock_of_product, _moves_url, VIEW_STOCK, VIEW_VALUE))


def _moves_url(sku: str) -> str:
    return reverse("inventory:moves", query={"product": sku})
