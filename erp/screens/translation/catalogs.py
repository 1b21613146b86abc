"""Reads, updates, derives and compiles the catalogs."""

import os
import re
import tempfile
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE, DERIVED = "zh_Hans", "zh_Hant"
EMPTY_HEADERS = tuple(
    f'"{name}'
    for name in ("Project-Id", "Report-Msgid", "POT-Creation", "PO-Revision", "Last-Translator", "Language-Team", "Generated-By")
)
HEADER = "# Weft in {language}."
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}|</?\w+[^>]*>")


def po_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def read(root: Path, language: str) -> Catalog:
    """The catalog of a language, empty if there is none yet."""
    path = po_path(root, language)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def write(root: Path, language: str, catalog: Catalog) -> None:
    catalog.header_comment = HEADER.format(language=language)
    catalog.fuzzy = False
    buffer = BytesIO()
    write_po(buffer, catalog, width=118, sort_output=True, include_lineno=False, omit_header=False)
    lines = buffer.getvalue().decode().splitlines()
    kept = [line for line in lines if not line.startswith(EMPTY_HEADERS)]
    _replace(po_path(root, language), ("\n".join(kept) + "\n").encode())


def update(root: Path, found: Catalog) -> Catalog:
    """Bring the hand-written catalog up to the strings found: translations stay, what is gone goes."""
    catalog = read(root, SOURCE)
    catalog.update(found, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    write(root, SOURCE, catalog)
    return catalog


def derive(root: Path) -> Catalog:
    """The zh_Hant catalog: converted from zh_Hans, then corrected by overrides.toml."""
    from opencc import OpenCC

    convert = OpenCC("s2twp").convert
    words, messages = _overrides(root)
    derived = Catalog(locale=DERIVED, charset="utf-8", fuzzy=False)
    for message in read(root, SOURCE):
        if message.id and any(_texts(message.string)):
            derived.add(message.id, _converted(message, convert, words, messages), context=message.context, flags=message.flags)
    write(root, DERIVED, derived)
    return derived


def _overrides(root: Path) -> tuple[dict[str, str], dict[str, str]]:
    path = root / "locale" / DERIVED / "overrides.toml"
    found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found.get("words", {}), found.get("messages", {})


def _converted(message: Message, convert: Any, words: dict[str, str], messages: dict[str, str]) -> str | tuple[str, ...]:
    done = []
    for text in _texts(message.string):
        converted = convert(text)
        for word, better in words.items():
            converted = converted.replace(word, better)
        done.append(messages.get(_texts(message.id)[0], converted))
    return tuple(done) if isinstance(message.string, (list, tuple)) else done[0]


def compile_all(root: Path) -> list[Path]:
    """Write the .mo files of both languages, the derived one from its source."""
    made = []
    for language, catalog in ((SOURCE, read(root, SOURCE)), (DERIVED, derive(root))):
        buffer = BytesIO()
        write_mo(buffer, catalog)
        path = po_path(root, language).with_suffix(".mo")
        _replace(path, buffer.getvalue())
        made.append(path)
    return made


def compile_if_needed(root: Path) -> list[Path]:
    """Compile when a .mo is missing or older than what it is made from; for start-up and tests."""
    sources = [po_path(root, SOURCE), root / "locale" / DERIVED / "overrides.toml"]
    newest = max((path.stat().st_mtime for path in sources if path.exists()), default=0.0)
    targets = [po_path(root, language).with_suffix(".mo") for language in (SOURCE, DERIVED)]
    if sources[0].exists() and any(not path.exists() or path.stat().st_mtime < newest for path in targets):
        return compile_all(root)
    return []


def problems(root: Path, found: Catalog) -> list[str]:
    """What is wrong with zh_Hans, one line each: missing, empty, fuzzy, or with other placeholders than the English."""
    catalog = read(root, SOURCE)
    wrong = []
    for message in found:
        if not message.id:
            continue
        have = catalog.get(message.id, message.context)
        english = _texts(message.id)
        if have is None or not all(_texts(have.string)):
            wrong.append(f"missing: {english[0]!r} ({', '.join(place for place, _ in message.locations[:2])})")
        elif have.fuzzy:
            wrong.append(f"fuzzy: {english[0]!r}")
        elif any(not _fits(english, text) for text in _texts(have.string)):
            wrong.append(f"placeholders differ: {english[0]!r} -> {_texts(have.string)[0]!r}")
    return wrong


def _fits(english: tuple[str, ...], text: str) -> bool:
    return any(sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(one)) for one in english)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)


def _replace(path: Path, content: bytes) -> None:
    """Write a file as a whole, so that a process starting meanwhile never reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".new")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(path)
