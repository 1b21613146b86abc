"""Reading the rows of a data set: typed, in the order of the file, with what cannot be read."""

import csv
import datetime
import gzip
import hashlib
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import IO

from integration.datasets.errors import DatasetError
from integration.datasets.mapping import DatasetMapping

QUANTITY_PLACES, PRICE_PLACES, LARGEST = 6, 8, 10**14  # what the documents keep
Row = dict[str, str | None]
Moment = tuple[datetime.datetime, datetime.date]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One row. `row` is its line in the file (the header is 1), `at` an instant in UTC, `date` the local day."""

    row: int
    document: str
    product: str
    description: str
    quantity: Decimal
    at: datetime.datetime
    date: datetime.date
    unit_price: Decimal
    customer: str
    country: str


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row in which a value is missing or is not what its column should hold."""

    row: int
    document: str
    why: str


def find_file(path: Path, mapping: DatasetMapping) -> Path:
    """The data file: the path itself, or the one file in that folder with the mapping's name."""
    found = [path] if path.is_file() else sorted(path.glob(mapping.source.files)) if path.is_dir() else []
    if len(found) != 1:
        raise DatasetError(f"{path}: there must be one file {mapping.source.files}, there are {len(found)}.")
    return found[0]


def fingerprint(file: Path) -> str:
    """Names the content, so that a load is not resumed with another file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def read_lines(file: Path, mapping: DatasetMapping, until: datetime.date | None) -> tuple[list[SourceLine], list[UnreadableRow]]:
    """The rows of all documents that begin on the day `until` or before it (with the first of their rows in the file)."""
    lines: list[SourceLine] = []
    unreadable: list[UnreadableRow] = []
    begun: set[str] = set()
    parse = _Parser(mapping)
    for number, row in _rows(file, mapping):
        document = (row[mapping.columns.document] or "").strip()
        try:
            at, date = parse.moment(row)
            if until is not None and date > until and document not in begun:
                continue
            begun.add(document)
            lines.append(parse.line(number, row, at, date))
        except ValueError as error:
            unreadable.append(UnreadableRow(number, document, str(error)))
    return lines, unreadable


def _rows(file: Path, mapping: DatasetMapping) -> Iterator[tuple[int, Row]]:
    """Each row with its line in the file; raises DatasetError for what is no such file at all."""
    try:
        with _opened(file, mapping.source.encoding) as text:
            reader = csv.DictReader(text)
            if missing := set(vars(mapping.columns).values()) - set(reader.fieldnames or ()):
                raise DatasetError(f"{file} has no column {', '.join(sorted(missing))}.")
            for row in reader:
                yield reader.line_num, row
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{file} cannot be read: {error}") from error


def _opened(file: Path, encoding: str) -> IO[str]:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding=encoding, newline="")
    return file.open(encoding=encoding, newline="")


class _Parser:
    """Turns a row into a line; raises ValueError with a sentence."""

    def __init__(self, mapping: DatasetMapping) -> None:
        self.columns = mapping.columns
        zone = zoneinfo.ZoneInfo(mapping.company.time_zone)

        @cache
        def moment(text: str) -> Moment:
            local = datetime.datetime.strptime(text, mapping.source.instant).replace(tzinfo=zone)
            return local.astimezone(datetime.UTC), local.date()

        self._moment = moment

    def moment(self, row: Row) -> Moment:
        return self._moment(self._text(row, self.columns.instant))

    def line(self, number: int, row: Row, at: datetime.datetime, date: datetime.date) -> SourceLine:
        return SourceLine(
            row=number,
            document=self._text(row, self.columns.document),
            product=self._text(row, self.columns.product),
            description=(row[self.columns.description] or "").strip(),
            quantity=self._number(row, self.columns.quantity, QUANTITY_PLACES),
            at=at,
            date=date,
            unit_price=self._number(row, self.columns.unit_price, PRICE_PLACES),
            customer=(row[self.columns.customer] or "").strip(),
            country=(row[self.columns.country] or "").strip(),
        )

    def _text(self, row: Row, column: str) -> str:
        text = (row[column] or "").strip()
        if not text:
            raise ValueError(f"{column} is missing")
        return text

    def _number(self, row: Row, column: str, places: int) -> Decimal:
        text = self._text(row, column)
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(f"{column} “{text}” is not a number") from None
        if not number.is_finite() or abs(number) >= LARGEST:
            raise ValueError(f"{column} “{text}” is not a number that a document can hold")
        if -number.normalize().as_tuple().exponent > places:  # type: ignore[operator]
            raise ValueError(f"{column} “{text}” has more than {places} decimals")
        return number
