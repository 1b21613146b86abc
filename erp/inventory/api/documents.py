"""What receipts, counts and adjustments have in common over the API."""

from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet

from erp.identity.rest.fields import Day, PlainText
from erp.identity.rest.filters import DayRange, RefFilter, TextFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer
from erp.inventory.permissions import VIEW_STOCK

READ: dict[str, str] = {"list": VIEW_STOCK, "retrieve": VIEW_STOCK}
MAX_LINES = 5000


def unit_of_line() -> PlainText:
    return PlainText(max_length=12, required=False, allow_blank=True, help_text="the product's, if left out")


class StockDocumentInput(InputSerializer):
    """The head; the document adds its `lines`."""

    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))
    date = Day(required=False, help_text="today, if left out")
    external_source = PlainText(max_length=40, required=False, allow_blank=True)
    external_ref = PlainText(max_length=120, required=False, allow_blank=True)


class StockDocumentFilters(FilterSet):
    number = TextFilter()
    warehouse = RefFilter("warehouse")
    product = RefFilter("lines__product", code="sku", distinct=True)
    date_from, date_to = DayRange()
    external_ref = TextFilter()
