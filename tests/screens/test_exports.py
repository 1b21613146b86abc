"""Exports: all matching rows, ISO values, nothing a spreadsheet would run."""

import io
import zipfile
from decimal import Decimal

import pytest

from erp.screens.cells import export_value, harmless
from erp.screens.exports import with_currencies
from erp.screens.lists import Column
from erp.screens.views.lists import list_view
from tests.screens.sample import BOSS, SCREEN, request_of, sample_rows


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "+inf", "-nan"])
def test_text_that_starts_like_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["-12.50", "+3", "-7", "SO-1042", "a=b", "", "臺灣"])
def test_numbers_and_plain_text_stay(text: str) -> None:
    assert harmless(text) == text


def test_values_leave_as_numbers_and_iso_times() -> None:
    column = Column(name="v", label="V", kind="money")
    assert export_value(column, {"v": Decimal("-12.5000")}) == Decimal("-12.5000")
    assert export_value(column, {"v": None}) == ""


@pytest.mark.django_db
def test_the_csv_holds_every_matching_row_and_no_formula() -> None:
    with sample_rows(120), sample_rows(1, actor_label="=HYPERLINK(1)", actor="user:9"):
        response = list_view(SCREEN)(request_of(BOSS, "/?export=csv"))
        lines = b"".join(response).decode("utf-8-sig").splitlines()  # type: ignore[arg-type]
    assert lines[0] == "Actor,Label,Time,Rank,Third"
    assert len(lines) == 122
    assert sum("'=HYPERLINK(1)" in line for line in lines) == 1
    assert "2026-03-02T08:00:00" in lines[-1]


def test_amounts_leave_with_their_currency_once_each() -> None:
    net = Column(name="net", label="Net", kind="money", currency="currency_code")
    total = Column(name="total", label="Total", kind="money", currency="currency_code")
    home = Column(name="home", label="At home", kind="money")
    assert [str(column.label) for column in with_currencies([net, total, home])] == ["Net", "Currency", "Total", "At home"]
    shown = Column(name="currency_code", label="Coin")
    assert with_currencies([net, shown]) == (net, shown)


@pytest.mark.django_db
def test_the_workbook_holds_the_filtered_rows() -> None:
    with sample_rows(20):
        response = list_view(SCREEN)(request_of(BOSS, "/?export=xlsx&actor=user:1"))
        book = zipfile.ZipFile(io.BytesIO(b"".join(response)))  # type: ignore[arg-type]
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 6
    assert "<f>" not in sheet
