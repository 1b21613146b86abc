"""What an exported company consists of: one JSON file beside the data, written last, so that half an export is none."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from integration.moving.errors import MovingRefused

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class TableFile:
    """The rows of one table: PostgreSQL's COPY text with a header line, one row a line."""

    table: str
    columns: list[str]
    types: list[str]
    rows: int
    sha256: str

    @property
    def file_name(self) -> str:
        return f"{self.table}.copy"


@dataclass(frozen=True)
class Counter:
    """A plain number series: the last number drawn, and whether it was given out."""

    code: str
    last_value: int
    is_called: bool


@dataclass(frozen=True)
class Manifest:
    company_id: int
    company_code: str
    exported_at: str
    migrations: list[str]
    tables: list[TableFile]
    counters: list[Counter]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, ensure_ascii=False)
    (folder / NAME).write_text(text + "\n")
    (folder / NAME).chmod(0o600)


def read_manifest(folder: Path) -> Manifest:
    """Raises MovingRefused if the folder holds no complete export of a format we know."""
    try:
        data: dict[str, Any] = json.loads((folder / NAME).read_text())
        if data.pop("format") != FORMAT:
            raise MovingRefused(f"{folder} was written by another version of Weft. Export again with this one.")
        tables, counters = data.pop("tables"), data.pop("counters")
        return Manifest(**data, tables=[TableFile(**t) for t in tables], counters=[Counter(**c) for c in counters])
    except FileNotFoundError:
        raise MovingRefused(f"{folder} holds no {NAME}: the export is not complete. Export again.") from None
    except OSError as error:
        raise MovingRefused(f"{folder} cannot be read as a folder of an export ({error.strerror}).") from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise MovingRefused(f"{folder / NAME} cannot be read ({error}). Export again.") from error
