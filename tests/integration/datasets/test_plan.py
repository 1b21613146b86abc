"""What becomes of each row: loaded, changed and said so, of no consequence, or refused."""

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


def test_documents_are_taken_in_the_order_they_happened_and_not_after_the_last_day(plan: Plan) -> None:
    assert [outcome.number for outcome in plan.loads] == (
        ["C900016", "900001", "900002", "C900003", "900004", "900005"]
        + ["900006", "900007"]
        + ["900008", "C900013", "C900014", "C900015", "C900017", "900018", "900020", "900021"]
    )
    assert (plan.opening_date, plan.loads[0].document.at.hour) == (datetime.date(2010, 12, 5), 8)


def test_every_kind_is_told_apart(plan: Plan) -> None:
    kinds: dict[str, list[str]] = {}
    for outcome in plan.outcomes:
        kinds.setdefault(outcome.document.kind.name, []).append(outcome.number)
    assert {kind: sorted(numbers) for kind, numbers in kinds.items()} == {
        "sale": ["900001", "900002", "900006", "900007", "900008"],
        "cancellation": ["C900003", "C900013", "C900014", "C900015", "C900016", "C900017"],
        "write-off": ["900004", "900018", "900021"],
        "found stock": ["900005", "900019", "900020"],
    }


def parts(plan: Plan, number: str) -> list[tuple[str, str, list[tuple[str, Decimal, int]]]]:
    """What a cancellation becomes: reference, sale or kind of part, and (product, quantity, position in the sale)."""
    [outcome] = [one for one in plan.outcomes if one.number == number]
    found = [(part.ref, part.sale or "alone", part.lines) for part in outcome.returns]
    if outcome.credit:
        found.append((outcome.credit.ref, "credit", outcome.credit.lines))
    return [(ref, sale, [(line.sku, line.quantity, line.position) for line in lines]) for ref, sale, lines in found]


def test_a_cancellation_goes_back_to_the_latest_sales_of_its_customer_product_and_price(plan: Plan) -> None:
    assert parts(plan, "C900003") == [("C900003", "900001", [("10001A", D(1), 1)])]
    assert parts(plan, "C900013") == [
        ("C900013", "900008", [("10001A", D(2), 1)]),
        ("C900013/2", "900001", [("10001A", D(1), 1), ("POST", D(1), 3)]),
        ("C900013/3", "900007", [("10002", D(6), 1)]),
    ]


def test_what_no_sale_explains_comes_back_alone_and_what_is_no_goods_is_credited(plan: Plan) -> None:
    assert parts(plan, "C900014") == [
        ("C900014", "900006", [("10002", D(4), 1)]),
        ("C900014/2", "alone", [("10002", D(5), 0)]),
        ("C900014/3", "credit", [("D", D(1), 0)]),
    ]
    assert parts(plan, "C900015") == [  # nobody is not the same customer as nobody
        ("C900015", "alone", [("10001A", D(1), 0)]),
        ("C900015/2", "credit", [("AMAZONFEE", D(1), 0)]),
    ]
    assert parts(plan, "C900016") == [("C900016", "alone", [("10003", D(2), 0)])]
    assert parts(plan, "C900017") == [("C900017", "alone", [("10002", D(2), 0)])]


def test_write_offs_have_the_reason_that_somebody_typed(plan: Plan) -> None:
    reasons = {outcome.number: outcome.adjustment.reason for outcome in plan.outcomes if outcome.adjustment}
    assert reasons == {"900004": "damaged", "900018": "lost", "900021": "sample", "900005": "found", "900020": "found"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [("Thrown away.", "damaged"), ("wet/rusty", "damaged"), ("MIA", "lost"), ("?sold as sets?", "other"), ("", "other")]
    + [("samples/damages", "damaged"), ("damages/showroom etc", "damaged"), ("Display", "sample"), ("dominica", "other")],
)
def test_reasons_are_found_by_words(mapping: DatasetMapping, text: str, reason: str) -> None:
    assert mapping.write_offs.reason_of([text]) == reason


def test_what_was_done_with_each_row_is_said(plan: Plan) -> None:
    counted = counts(plan.remarks)
    assert ("changed", "sale without a customer", 3, 1) in counted
    assert [(what, why, rows) for what, why, rows, _documents in counted] == [
        ("refused", "a document of no known kind", 2),
        ("refused", "a document of two customers", 2),
        ("refused", "Quantity “one” is not a number", 1),
        ("refused", "another row of the document cannot be read", 1),
        ("changed", "cancellation of no sale in the file: a return without an original", 3),
        ("changed", "sale without a customer", 3),
        ("changed", "cancellation of no goods and no sale in the file: a credit note without goods", 2),
        ("changed", "cancellation without a customer", 2),
        ("changed", "one spelling for codes that differ by case", 2),
        ("changed", "a customer has one country: the most frequent", 1),
        ("changed", "a product that was never sold: named by its code, price and cost are zero", 1),
        ("changed", "a product that was only given away: price and cost are zero", 1),
        ("changed", "cancellation of more than the sales in the file: the rest is a return without an original", 1),
        ("changed", "line without a description", 1),
        ("changed", "one time for all lines of a document", 1),
        ("nothing to book", "stock of what is no goods, at no price", 1),
    ]


def test_a_product_has_one_code_its_most_frequent_name_and_60_percent_of_its_median_price_as_cost(plan: Plan) -> None:
    products = {p.sku: p for p in plan.products}
    assert sorted(products) == ["10001A", "10002", "10003", "10004", "AMAZONFEE", "D", "DCGS0001", "POST", "m"]
    owl, star = products["10001A"], products["10002"]
    assert (owl.name, owl.service, owl.list_price, owl.unit_cost) == ("BRASS OWL", False, D("1.25"), D("0.75"))
    assert (star.name, star.list_price, star.unit_cost) == ("PAPER STAR", D("0.2145"), D("0.1287"))
    assert [p.sku for p in plan.products if p.service] == ["AMAZONFEE", "D", "POST", "m"]
    assert (products["AMAZONFEE"].name, products["AMAZONFEE"].list_price) == ("AMAZON FEE", D("3.5"))
    assert (products["10004"].name, products["10004"].unit_cost) == ("10004", 0)


def test_the_opening_stock_is_the_least_with_which_all_kinds_in_the_order_of_time_fit(plan: Plan) -> None:
    """Owls: -3 -2 +1 -1 -2 reach -7 before four come back. The buttons began with a return: nothing was needed."""
    assert {product.sku: product.opening for product in plan.products if product.opening} == {
        "10001A": 7,
        "10002": 25,
        "DCGS0001": 1,
    }


def test_customers_are_those_of_sales_and_cancellations_and_the_cash_customer(plan: Plan) -> None:
    found = [(c.code, c.name, c.term, c.country) for c in plan.customers]
    assert found == [
        ("CASH", "Cash customer", "NET0", ""),
        ("20001", "Customer 20001", "NET30", "GB"),
        ("20002", "Customer 20002", "NET30", "FR"),
        ("20005", "Customer 20005", "NET30", "IE"),
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
