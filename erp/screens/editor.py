"""The lines editor as data; docs/screens.md states the JSON its addresses speak."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from erp.reference.rules import Ratio
from erp.reference.unit_names import unit_word

Label = str | Promise


@dataclass(frozen=True)
class Send:
    """A way to send the form: the first is the primary button."""

    name: str
    label: Label


def unit_facts(unit: str, ratio: Ratio) -> dict[str, str | int]:
    """A unit a line may choose, as the editor reads it and shows it by its `word`: 1 of it is so many of the product's."""
    return {"unit": unit, "word": unit_word(unit), "numerator": ratio.numerator, "denominator": ratio.denominator}


def suggestion(product: str, name: str, *, unit: str = "", available: str = "") -> dict[str, str]:
    """A product that the editor offers, in a unit where the barcode of that was typed; taking it chooses both."""
    return {"product": product, "name": name, "unit": unit, "word": unit_word(unit), "available": available}


@dataclass(frozen=True, kw_only=True)
class LinesEditor:
    """One editor. `lines` are {product, quantity, unit, price, discount}; `version` is that of the stored draft (0: none). Where
    the share of a line is no discount, `share_label` says what it is."""

    lookup_url: str
    suggest_url: str
    submit_url: str
    verbs: Sequence[Send]
    currency: str
    autosave_url: str = ""
    version: int = 0
    lines: Sequence[Mapping[str, Any]] = ()
    shows_price: bool = True
    shows_discount: bool = False
    share_label: Label = ""
    shows_margin: bool = False
    header_template: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def config(self) -> dict[str, Any]:
        """What lines.js reads: addresses, start values, and every word it says."""
        return {
            "lookup": self.lookup_url,
            "suggest": self.suggest_url,
            "submit": self.submit_url,
            "autosave": self.autosave_url,
            "version": self.version,
            "lines": [dict(line) for line in self.lines],
            "words": {
                "saved": _("Draft saved"),
                "saving": _("Saving draft"),
                "unsaved": _("Not saved yet"),
                "offline": _("No connection. The draft will be saved when it is back."),
                "logged_out": _("You are logged out. Log in in a new tab, then save."),
                "available": _("%(n)s available"),
                "later": _("%(n)s now, all on %(day)s (%(number)s)"),
                "nowhere": _("%(n)s now, no more in sight"),
                "stock": _("On hand %(on_hand)s, reserved %(reserved)s, available %(available)s"),
                "unknown": _("There is no product with this code. Check the code, or pick one from the list."),
                "number": _("Enter a number greater than zero."),
                "any_number": _("Enter a number, such as 1234.5."),
                "point": _("Write %(number)s with a point."),
                "percent": _("Enter a discount from 0 to 100 %."),
                "empty": _("Add at least one line."),
                "line": _("Line %(n)s"),
                "conflict": _("%(who)s saved another version while you were editing."),
                "product": _("Product"),
                "quantity": _("Quantity"),
                "price": _("Price"),
                "failed": _("This did not reach the server. Try again in a moment."),
            },
            **self.extra,
        }
