"""The filtered list as a file. CSV is streamed row by row in a scope of its own; XLSX is written to a temporary file."""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from erp.core.scope import company_scope
from erp.screens.cells import export_value
from erp.screens.list_query import ListQuery
from erp.screens.lists import Column

CHUNK = 1000
FORMATS = ("csv", "xlsx")
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def export(query: ListQuery, columns: tuple[Column, ...], kind: str) -> HttpResponseBase:
    """All matching rows, in the list's order, with the reader's columns."""
    name, columns = f"{query.screen.name}.{kind}", with_currencies(columns)
    if kind == "xlsx":
        return FileResponse(_workbook(query, columns), as_attachment=True, filename=name, content_type=XLSX_TYPE)
    response = StreamingHttpResponse(_csv_lines(query, columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def with_currencies(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns with the currency of each amount behind the first that is in it, unless the reader chose it already."""
    told, found = {column.path for column in columns}, []
    for column in columns:
        found.append(column)
        if column.currency and column.currency not in told:
            told.add(column.currency)
            found.append(Column(name=f"{column.name}_currency", label=_("Currency"), field=column.currency, sort=False))
    return tuple(found)


def _csv_lines(query: ListQuery, columns: tuple[Column, ...]) -> Iterator[str]:
    """The lines of the file. Language and zone are those of the request; the scope is opened when reading starts."""
    language, zone = translation.get_language() or "en", timezone.get_current_timezone()

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        with translation.override(language), timezone.override(zone), company_scope(query.actor, read_only=True):
            yield "\ufeff" + writer.writerow([str(column.label) for column in columns])
            for row in query.ordered().iterator(chunk_size=CHUNK):
                yield writer.writerow([_text(export_value(column, row)) for column in columns])

    return lines()


def _text(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _workbook(query: ListQuery, columns: tuple[Column, ...]) -> Any:
    file = tempfile.TemporaryFile()  # noqa: SIM115 closed by FileResponse
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for x, column in enumerate(columns):
        sheet.write_string(0, x, str(column.label), bold)
        sheet.set_column(x, x, 14)
    sheet.freeze_panes(1, 1)
    _write_rows(sheet, columns, query.ordered().iterator(chunk_size=CHUNK))
    book.close()
    file.seek(0)
    return file


def _write_rows(sheet: Any, columns: tuple[Column, ...], rows: Iterable[Any]) -> None:
    for y, row in enumerate(rows, start=1):
        for x, column in enumerate(columns):
            value = export_value(column, row)
            if isinstance(value, (int, float, Decimal)) and len(str(value)) <= 16:  # a spreadsheet keeps 15 digits
                sheet.write_number(y, x, value)
            elif value != "":
                sheet.write_string(y, x, str(value))
