"""Which files may be attached, decided by name and by their first bytes; the type is ours, never the sender's."""

from collections.abc import Mapping

MAX_NAME = 200
_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0",)
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
# Ending -> (media type, what such a file begins with; nothing for text).
TYPES: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "docx": (f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", _ZIP),
    "odt": (f"{_OPEN}.text", _ZIP),
    "ods": (f"{_OPEN}.spreadsheet", _ZIP),
    "zip": ("application/zip", _ZIP),
    "doc": ("application/msword", _OLE),
    "xls": ("application/vnd.ms-excel", _OLE),
    "msg": ("application/vnd.ms-outlook", _OLE),
    "txt": ("text/plain; charset=utf-8", ()),
    "csv": ("text/csv; charset=utf-8", ()),
    "eml": ("message/rfc822", ()),
}


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, short enough; its ending stays."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip().strip(".")
    stem, dot, ending = shown.rpartition(".")
    if len(shown) <= MAX_NAME:
        return shown
    return f"{stem[: MAX_NAME - len(ending) - 1]}{dot}{ending}" if dot and len(ending) < 10 else shown[:MAX_NAME]


def type_of(name: str, content: bytes) -> str | None:
    """The media type of an allowed file whose content fits its ending; None for any other."""
    known = TYPES.get(name.rpartition(".")[2].lower()) if "." in name else None
    if known is None:
        return None
    media_type, beginnings = known
    if beginnings:
        return media_type if content.startswith(beginnings) else None
    return None if b"\0" in content else media_type
