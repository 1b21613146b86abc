"""What a data set becomes: customers, products, opening stock and documents, and a remark on every row that was not
taken as it stands. Computed from the file and the mapping alone, so a resumed load has the same plan."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.core.money import ZERO, round_half_up
from integration.datasets.judging import SourceDocument, judge
from integration.datasets.mapping import DatasetMapping
from integration.datasets.remarks import Remark, changed
from integration.datasets.rules import least_opening_stock, median_price, most_frequent
from integration.datasets.source import SourceLine, UnreadableRow


@dataclass(frozen=True)
class CustomerPlan:
    code: str
    name: str
    term: str
    country: str


@dataclass(frozen=True)
class ProductPlan:
    """`opening` is the quantity of the opening stock; a service has none."""

    sku: str
    name: str
    service: bool
    list_price: Decimal
    unit_cost: Decimal
    opening: Decimal


@dataclass(frozen=True)
class Plan:
    """`sales` are the documents to load, in the order they happened, with the customers' codes and products' SKUs of
    this plan in their lines; `documents` are all that were told apart, loaded or not."""

    customers: list[CustomerPlan]
    products: list[ProductPlan]
    sales: list[SourceDocument]
    documents: list[SourceDocument]
    remarks: list[Remark]

    @property
    def opening_date(self) -> datetime.date:
        """The day before the first document."""
        return self.sales[0].date - datetime.timedelta(days=1)

    @property
    def opening_at(self) -> datetime.datetime:
        return self.sales[0].at - datetime.timedelta(days=1)


def make_plan(mapping: DatasetMapping, lines: Sequence[SourceLine], unreadable: Sequence[UnreadableRow]) -> Plan:
    judged = judge(mapping, lines, unreadable)
    sales = sorted(
        (document for document in judged.documents if document.kind.treatment == "sale"), key=lambda d: (d.at, d.number)
    )
    customers, about_customers = _customers(mapping, sales)
    products, about_products = _products(mapping, sales)
    remarks = sorted([*judged.remarks, *_of_lines(mapping, sales), *about_customers, *about_products], key=lambda r: r.row)
    return Plan(customers, products, sales, judged.documents, remarks)


def _of_lines(mapping: DatasetMapping, sales: Iterable[SourceDocument]) -> Iterable[Remark]:
    """What is written otherwise than the file has it, in the lines that are loaded."""
    cash = mapping.customers.cash_code
    for document in sales:
        for line in document.lines:
            sku = document.skus[line.product]
            if sku != line.product:
                yield changed(line, "one spelling for codes that differ by case", line.product, sku)
            if line.at != document.at:
                yield changed(line, "one time for all lines of a document", line.at.isoformat(), document.at.isoformat())
            if not line.customer:
                yield changed(line, "sale without a customer", "", cash)
            if not line.description:
                yield changed(line, "line without a description", "", "the product's name")


def _customers(mapping: DatasetMapping, sales: Sequence[SourceDocument]) -> tuple[list[CustomerPlan], list[Remark]]:
    defaults = mapping.customers
    bought: dict[str, list[SourceDocument]] = defaultdict(list)
    for document in sales:
        bought[document.customer].append(document)
    plans, remarks = [], []
    for code, documents in sorted(bought.items()):
        if not code:
            plans.append(CustomerPlan(defaults.cash_code, defaults.cash_name, defaults.cash_term, ""))
            continue
        country = most_frequent(document.country for document in documents)
        plans.append(CustomerPlan(code, defaults.name.format(code=code), defaults.term, mapping.countries.get(country, country)))
        remarks += [
            changed(document.lines[0], "a customer has one country: the most frequent", document.country, country)
            for document in documents
            if document.country != country
        ]
    return plans, remarks


def _products(mapping: DatasetMapping, sales: Sequence[SourceDocument]) -> tuple[list[ProductPlan], list[Remark]]:
    sold: dict[str, list[SourceLine]] = defaultdict(list)
    for document in sales:
        for line in document.lines:
            sold[document.skus[line.product]].append(line)
    services = {sku for sku in sold if mapping.products.is_service(sku)}
    opening = least_opening_stock(
        (sku, line.quantity) for document in sales for sku, line in document.products() if sku not in services
    )
    plans, remarks = [], []
    for sku, lines in sorted(sold.items()):
        price = median_price(line.unit_price for line in lines)
        cost = round_half_up(price * mapping.products.cost_share, mapping.products.cost_places)
        name = most_frequent(line.description for line in lines) or sku
        plans.append(ProductPlan(sku, name, sku in services, price, cost, opening.get(sku, ZERO)))
        if not price:
            remarks.append(changed(lines[0], "a product that was only given away: price and cost are zero", "", "0"))
    return plans, remarks
