"""What becomes of each row: loaded, changed and said so, left, or refused."""

import datetime
import gzip
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from integration.datasets.errors import DatasetError
from integration.datasets.mapping import DatasetMapping, Kind, read_mapping
from integration.datasets.plan import Plan, make_plan
from integration.datasets.remarks import counts, refused, write_remarks
from integration.datasets.source import find_file, read_lines

D = Decimal
UNTIL = datetime.date(2010, 12, 31)


@pytest.fixture
def plan(sample: Path, mapping: DatasetMapping) -> Plan:
    return make_plan(mapping, *read_lines(find_file(sample, mapping), mapping, UNTIL))


def test_sales_are_taken_in_the_order_they_happened_and_not_after_the_last_day(plan: Plan) -> None:
    assert [d.number for d in plan.sales] == ["900001", "900002", "900006", "900007", "900008"]
    assert (plan.opening_date, plan.sales[0].at.hour) == (datetime.date(2010, 12, 5), 9)


def test_every_kind_is_told_apart(plan: Plan) -> None:
    kinds = {d.number: d.kind.name for d in plan.documents if d.kind.treatment == "later"}
    assert kinds == {"C900003": "cancellation", "900004": "write-off", "900005": "found stock"}


def test_what_was_done_with_each_row_is_said(plan: Plan) -> None:
    assert counts(plan.remarks) == [
        ("refused", "a document of no known kind", 2),
        ("refused", "a document of two customers", 2),
        ("refused", "Quantity “one” is not a number", 1),
        ("refused", "another row of the document cannot be read", 1),
        ("changed", "sale without a customer", 3),
        ("changed", "a customer has one country: the most frequent", 1),
        ("changed", "a product that was only given away: price and cost are zero", 1),
        ("changed", "line without a description", 1),
        ("changed", "one spelling for codes that differ by case", 1),
        ("changed", "one time for all lines of a document", 1),
        ("left for a later version", "cancellation", 1),
        ("left for a later version", "found stock", 1),
        ("left for a later version", "write-off", 1),
    ]


def test_a_product_has_one_code_its_most_frequent_name_and_60_percent_of_its_median_price_as_cost(plan: Plan) -> None:
    products = {p.sku: p for p in plan.products}
    assert sorted(products) == ["10001A", "10002", "10003", "DCGS0001", "POST", "m"]
    owl, star = products["10001A"], products["10002"]
    assert (owl.name, owl.service, owl.list_price, owl.unit_cost, owl.opening) == ("BRASS OWL", False, D("1.25"), D("0.75"), 8)
    assert (star.name, star.list_price, star.unit_cost, star.opening) == ("PAPER STAR", D("0.2145"), D("0.1287"), 20)
    assert [(p.sku, p.opening) for p in plan.products if p.service] == [("POST", 0), ("m", 0)]
    assert (products["DCGS0001"].unit_cost, products["DCGS0001"].opening) == (0, 1)


def test_customers_are_those_of_the_sales_and_the_cash_customer(plan: Plan) -> None:
    found = [(c.code, c.name, c.term, c.country) for c in plan.customers]
    assert found == [
        ("CASH", "Cash customer", "NET0", ""),
        ("20001", "Customer 20001", "NET30", "GB"),
        ("20002", "Customer 20002", "NET30", "FR"),
    ]


def test_times_are_of_the_zone_of_the_company(tmp_path: Path, mapping: DatasetMapping, sample: Path) -> None:
    head = (sample / "invoices_sample.csv").read_text().splitlines()[0]
    with gzip.open(tmp_path / "invoices_x.csv.gz", "wt", encoding="utf-8") as file:
        file.write(f"{head}\n1,A,a,1,2011-03-27 00:30,1,,\n2,A,a,1,2011-06-01 00:30,1,,\n")
    lines, _ = read_lines(find_file(tmp_path, mapping), mapping, None)
    assert [(line.at.isoformat(), line.date.isoformat()) for line in lines] == [
        ("2011-03-27T00:30:00+00:00", "2011-03-27"),
        ("2011-05-31T23:30:00+00:00", "2011-06-01"),
    ]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("1,,a,1,2010-12-01 08:00,1,,", "StockCode is missing"),
        ("1,A,a,1,2010-12-01,1,,", "does not match format"),
        ("1,A,a,NaN,2010-12-01 08:00,1,,", "Quantity “NaN” is not a number"),
        ("1,A,a,1e30,2010-12-01 08:00,1,,", "not a number that a document can hold"),
        ("1,A,a,0.1234567,2010-12-01 08:00,1,,", "Quantity “0.1234567” has more than 6 decimals"),
        ("1,A,a", "InvoiceDate is missing"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(tmp_path: Path, mapping: DatasetMapping, sample: Path, row: str, why: str) -> None:
    head = (sample / "invoices_sample.csv").read_text().splitlines()[0]
    (tmp_path / "invoices_x.csv").write_text(f"{head}\n{row}\n")
    lines, unreadable = read_lines(tmp_path / "invoices_x.csv", mapping, None)
    assert lines == []
    assert [u.row for u in unreadable] == [2]
    assert why in unreadable[0].why


def test_a_file_that_is_none_is_refused(tmp_path: Path, mapping: DatasetMapping) -> None:
    with pytest.raises(DatasetError, match="there must be one file"):
        find_file(tmp_path, mapping)
    (tmp_path / "invoices_x.csv").write_text("InvoiceNo,StockCode\n1,2\n")
    with pytest.raises(DatasetError, match="has no column Country, CustomerID"):
        read_lines(tmp_path / "invoices_x.csv", mapping, None)
    (tmp_path / "invoices_y.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(DatasetError, match="cannot be read"):
        read_lines(tmp_path / "invoices_y.csv.gz", mapping, None)


def test_an_unknown_data_set_or_treatment_is_refused() -> None:
    with pytest.raises(DatasetError, match="There is no data set “nope”; there are: online_retail"):
        read_mapping("nope")
    with pytest.raises(DatasetError, match="“eat” is none of"):
        Kind(name="sale", treatment="eat")


def test_services_are_named_without_regard_to_case(mapping: DatasetMapping) -> None:
    codes = ["POST", "DOT", "M", "m", "BANK CHARGES", "AMAZONFEE", "C2", "D", "S", "B", "CRUK", "gift_0001_40"]
    assert all(mapping.products.is_service(code) for code in codes)
    assert not any(mapping.products.is_service(code) for code in ["85123A", "DCGS0003", "PADS", "POSTER"])
    assert not replace(mapping.products, services=[]).is_service("POST")


def test_the_report_cannot_run_a_formula(tmp_path: Path) -> None:
    write_remarks(tmp_path / "reports" / "r.csv", [refused(2, "=1+1", "why")])
    assert (tmp_path / "reports" / "r.csv").read_text().splitlines()[1] == "2,'=1+1,,refused,why,,"
