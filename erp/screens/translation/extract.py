"""Finds every translatable string of the tree: Python through Babel, templates through Django's own reader."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

SOURCES = ("config", "integration", "crm", "scm", "erp", "templates")
SKIPPED = frozenset({"migrations", "node_modules", "__pycache__", "tests"})
TEMPLATE_ENDINGS = frozenset({".html", ".txt"})
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extract(root: Path) -> Catalog:
    """A catalog of all strings under `root`, with the files they stand in (no line numbers: they only make noise)."""
    catalog = Catalog(charset="utf-8")
    for path in sorted(_files(root)):
        source = path.read_text(encoding="utf-8")
        if path.suffix in TEMPLATE_ENDINGS:
            if "{%" not in source:
                continue
            source = templatize(source, origin=str(path))
        place = path.relative_to(root).as_posix()
        for context, message in _messages(source):
            catalog.add(message, locations=[(place, 0)], context=context)
    return catalog


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        for path in (root / source).rglob("*"):
            parts = path.relative_to(root).parts
            template = path.suffix in TEMPLATE_ENDINGS and "templates" in parts
            if (template or path.suffix == ".py") and not SKIPPED & set(parts):
                yield path


def _messages(source: str) -> Iterator[tuple[str | None, str | tuple[str, str]]]:
    found = extract_python(BytesIO(source.encode()), dict.fromkeys(KEYWORDS), [], {"encoding": "utf-8"})
    for _line, name, arguments, _comments in found:
        values = list(arguments) if isinstance(arguments, (list, tuple)) else [arguments]
        context = None
        spec = KEYWORDS[str(name)] or (1,)
        if isinstance(spec[0], tuple):
            context, values = values[0], values[1:]
        wanted = [value for value in values[: len(spec) - (context is not None)] if isinstance(value, str)]
        if not wanted or not wanted[0]:
            continue
        yield context, wanted[0] if len(wanted) == 1 else (wanted[0], wanted[1])
