from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "erp.catalog"
    label = "catalog"

    def ready(self) -> None:
        from erp.catalog.permissions import VIEW_PRODUCTS
        from erp.documents.registry import DocumentKind, register
        from erp.screens import navigation

        navigation.register("sell", _("Products"), "catalog:products", VIEW_PRODUCTS, icon="box", order=60)
        register(
            DocumentKind(
                name="product",
                model="catalog.Product",
                label=_("Product"),
                lane="stock",
                url_name="catalog:product",
                permission=VIEW_PRODUCTS,
                families={"active": "done", "inactive": "cancelled"},
                number_field="sku",
                also_found_by=("barcode", "units__barcode"),
                status=lambda row: ("active", str(_("Active"))) if row.active else ("inactive", str(_("Inactive"))),  # type: ignore[attr-defined]
            )
        )
