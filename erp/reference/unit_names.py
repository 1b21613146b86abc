"""What units are called where a person reads them. Codes stay codes in the API, in exports and where they are typed.

Common units have a name in each language of the screens; a company's own ones are called as it called them.
"""

from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy

NAMES = {
    "Bag": pgettext_lazy("unit", "Bag"),
    "Bottle": pgettext_lazy("unit", "Bottle"),
    "Box": pgettext_lazy("unit", "Box"),
    "Carton": pgettext_lazy("unit", "Carton"),
    "Centimetre": pgettext_lazy("unit", "Centimetre"),
    "Dozen": pgettext_lazy("unit", "Dozen"),
    "Gram": pgettext_lazy("unit", "Gram"),
    "Hour": pgettext_lazy("unit", "Hour"),
    "Kilogram": pgettext_lazy("unit", "Kilogram"),
    "Litre": pgettext_lazy("unit", "Litre"),
    "Metre": pgettext_lazy("unit", "Metre"),
    "Millilitre": pgettext_lazy("unit", "Millilitre"),
    "Pack": pgettext_lazy("unit", "Pack"),
    "Pair": pgettext_lazy("unit", "Pair"),
    "Pallet": pgettext_lazy("unit", "Pallet"),
    "Piece": pgettext_lazy("unit", "Piece"),
    "Roll": pgettext_lazy("unit", "Roll"),
    "Set": pgettext_lazy("unit", "Set"),
    "Tonne": pgettext_lazy("unit", "Tonne"),
}
ABBREVIATIONS = {
    "cm": "Centimetre", "ctn": "Carton", "dz": "Dozen", "g": "Gram", "h": "Hour", "kg": "Kilogram", "l": "Litre",
    "m": "Metre", "ml": "Millilitre", "pc": "Piece", "pcs": "Piece", "t": "Tonne",
}  # fmt: skip
BY_CODE = ABBREVIATIONS | {name.casefold(): name for name in NAMES}


def unit_name(name: str) -> str:
    """The name of a unit in the reader's language: Piece, 件."""
    return str(NAMES.get(name, name))


def unit_word(code: str) -> str:
    """What stands behind a figure: 3 箱. English keeps the code, which has no plural: 3 box, 5 PC."""
    name = BY_CODE.get(code.casefold())
    return code if name is None or (get_language() or "en").startswith("en") else unit_name(name)


unit_word_lazy = lazy(unit_word, str)
