"""Numbers as people write them: one reading for the lines editor, sheets, forms and what is pasted from a spreadsheet."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from erp.core.errors import InputError
from erp.core.money import plain

LONGEST = 60
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}((,\d{3})+|( \d{3})+)(\.\d+)?", re.ASCII)  # no zero leads a group: 0,125 is a fraction
_DECIMAL_COMMA = re.compile(r"([+-]?\d[\d. ]*),(\d+)", re.ASCII)


class NotANumber(InputError):
    code = "not_a_number"
    message = ""
    remedy = _("Enter a number, such as 1234.5.")


class DecimalComma(NotANumber):
    """A comma that may mean a decimal point; read as grouping it would make ten or a hundred times the value."""

    code = "decimal_comma"
    remedy = _("Write %(number)s with a point.")


def read_number(typed: Any, *, field: str = "") -> Decimal:
    """The number somebody typed or pasted, full-width digits included. Commas and spaces group thousands and do nothing else.

    Raises NotANumber for anything else, as DecimalComma where a comma seems to be meant as a point.
    """
    text = unicodedata.normalize("NFKC", str(typed)[: LONGEST + 1]).strip()
    if len(text) > LONGEST:
        raise NotANumber(field=field)
    if _PLAIN.fullmatch(text) or _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", "").replace(" ", ""))
    if found := _DECIMAL_COMMA.fullmatch(text):
        whole, fraction = found.groups()
        raise DecimalComma(field=field, number=f"{whole.replace('.', '').replace(' ', '')}.{fraction}")
    raise NotANumber(field=field)


class NumberField(forms.DecimalField):
    """A number in a form, read as everywhere else. A browser's own number input drops the comma of 2,5 while it is typed."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, Decimal | int):
            return Decimal(value)
        try:
            return read_number(value)
        except NotANumber as refusal:
            raise ValidationError(refusal.sentence, code=refusal.code) from refusal

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}
