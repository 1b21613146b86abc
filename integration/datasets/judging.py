"""Telling the documents of a data set apart: which kind each is, by its number and all its lines."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from integration.datasets.mapping import DatasetMapping, Kind
from integration.datasets.remarks import Remark, refused
from integration.datasets.rules import one_spelling
from integration.datasets.source import SourceLine, UnreadableRow


@dataclass(frozen=True)
class SourceDocument:
    """A document of the file. It happened when its first line says; `skus` give the one spelling of each code."""

    number: str
    kind: Kind
    lines: list[SourceLine]
    skus: Mapping[str, str] = field(repr=False)

    @property
    def at(self) -> datetime.datetime:
        return self.lines[0].at

    @property
    def date(self) -> datetime.date:
        return self.lines[0].date

    @property
    def customer(self) -> str:
        return self.lines[0].customer

    @property
    def country(self) -> str:
        return self.lines[0].country

    def products(self) -> Iterator[tuple[str, SourceLine]]:
        for line in self.lines:
            yield self.skus[line.product], line


@dataclass(frozen=True)
class Judged:
    """Every document with its kind, in the order of the file, and the rows that are refused."""

    documents: list[SourceDocument]
    remarks: list[Remark]


def judge(mapping: DatasetMapping, lines: Sequence[SourceLine], unreadable: Sequence[UnreadableRow]) -> Judged:
    """A document with an unreadable row, with two customers or of no known kind is refused as a whole: a part of a
    document is another document."""
    by_number: dict[str, list[SourceLine]] = defaultdict(list)
    for line in lines:
        by_number[line.document].append(line)
    remarks = [refused(row.row, row.document, row.why) for row in unreadable]
    broken = {row.document for row in unreadable}
    skus = one_spelling(line.product for line in lines)
    documents = []
    for number, of_document in by_number.items():
        of_document.sort(key=lambda line: line.at)
        kind = _kind_of(mapping.kinds, number, of_document)
        if why := _fault(of_document, kind, number in broken):
            remarks += [refused(line.row, number, why, line.product) for line in of_document]
        elif kind:
            documents.append(SourceDocument(number, kind, of_document, skus))
    return Judged(documents, remarks)


def _fault(lines: Sequence[SourceLine], kind: Kind | None, broken: bool) -> str:
    if broken:
        return "another row of the document cannot be read"
    if len({line.customer for line in lines}) > 1:
        return "a document of two customers"
    return "" if kind else "a document of no known kind"


def _kind_of(kinds: Iterable[Kind], number: str, lines: Sequence[SourceLine]) -> Kind | None:
    return next((kind for kind in kinds if _fits(kind, number, lines)), None)


def _fits(kind: Kind, number: str, lines: Sequence[SourceLine]) -> bool:
    return (
        re.fullmatch(kind.number, number) is not None
        and all(_QUANTITY[kind.quantity](line) for line in lines)
        and all(_PRICE[kind.price](line) for line in lines)
    )


_QUANTITY = {
    "any": lambda line: True,
    "positive": lambda line: line.quantity > 0,
    "negative": lambda line: line.quantity < 0,
}
_PRICE = {
    "any": lambda line: True,
    "zero": lambda line: line.unit_price == 0,
    "not negative": lambda line: line.unit_price >= 0,
}
