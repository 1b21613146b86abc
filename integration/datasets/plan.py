"""What a data set becomes: customers, products, opening stock and documents, and a remark on every row that was not
taken as it stands. Computed from the file and the mapping alone, so a resumed load has the same plan."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from erp.core.money import ZERO, round_half_up
from integration.datasets.judging import SourceDocument, judge
from integration.datasets.mapping import DatasetMapping
from integration.datasets.outcomes import Outcome, decide
from integration.datasets.remarks import Remark, changed
from integration.datasets.rules import least_opening_stock, median_price, most_frequent
from integration.datasets.source import SourceLine, UnreadableRow
from integration.founding import CURRENCIES

PLACES = {code: places for code, _name, places in CURRENCIES}
WITH_CUSTOMER = ("sale", "return")


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
    """`loads` are the documents to load, in the order they happened, with the customers' codes and products' SKUs of
    this plan in their lines; `outcomes` are those of all documents that were told apart, loaded or not."""

    customers: list[CustomerPlan]
    products: list[ProductPlan]
    loads: list[Outcome]
    outcomes: list[Outcome]
    remarks: list[Remark]

    @cached_property
    def costs(self) -> dict[str, Decimal]:
        """What a unit of each product cost in the opening stock."""
        return {product.sku: product.unit_cost for product in self.products}

    @property
    def opening_date(self) -> datetime.date:
        """The day before the first document."""
        return self.loads[0].document.date - datetime.timedelta(days=1)

    @property
    def opening_at(self) -> datetime.datetime:
        return self.loads[0].document.at - datetime.timedelta(days=1)


def make_plan(mapping: DatasetMapping, lines: Sequence[SourceLine], unreadable: Sequence[UnreadableRow]) -> Plan:
    judged = judge(mapping, lines, unreadable)
    documents = sorted(judged.documents, key=lambda document: (document.at, document.number))
    used = {sku for document in documents for sku, _line in document.products()}
    services = {sku for sku in used if mapping.products.is_service(sku)}
    outcomes, about_outcomes = decide(mapping, documents, services, places=PLACES[mapping.company.currency_code])
    loads = [outcome for outcome in outcomes if outcome.is_loaded]
    customers, about_customers = _customers(mapping, loads)
    products, about_products = _products(mapping, loads, services)
    remarks = [*judged.remarks, *about_outcomes, *_of_lines(mapping, documents), *about_customers, *about_products]
    return Plan(customers, products, loads, outcomes, sorted(remarks, key=lambda remark: remark.row))


def _of_lines(mapping: DatasetMapping, documents: Iterable[SourceDocument]) -> Iterable[Remark]:
    """What is written otherwise than the file has it."""
    cash = mapping.customers.cash_code
    for document in documents:
        has_customer = document.kind.treatment in WITH_CUSTOMER
        for line in document.lines:
            sku = document.skus[line.product]
            if sku != line.product:
                yield changed(line, "one spelling for codes that differ by case", line.product, sku)
            if line.at != document.at:
                yield changed(line, "one time for all lines of a document", line.at.isoformat(), document.at.isoformat())
            if has_customer and not line.customer:
                yield changed(line, f"{document.kind.name} without a customer", "", cash)
            if has_customer and not line.description:
                yield changed(line, "line without a description", "", "the product's name")


def _customers(mapping: DatasetMapping, loads: Sequence[Outcome]) -> tuple[list[CustomerPlan], list[Remark]]:
    defaults = mapping.customers
    dealt: dict[str, list[SourceDocument]] = defaultdict(list)
    for outcome in loads:
        if outcome.treatment in WITH_CUSTOMER:
            dealt[outcome.document.customer].append(outcome.document)
    plans, remarks = [], []
    for code, documents in sorted(dealt.items()):
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


def _products(mapping: DatasetMapping, loads: Sequence[Outcome], services: set[str]) -> tuple[list[ProductPlan], list[Remark]]:
    """Name and price come from sales, where there are none from cancellations; what was never sold has neither."""
    by_treatment: dict[str, dict[str, list[SourceLine]]] = defaultdict(lambda: defaultdict(list))
    for outcome in loads:
        for sku, line in outcome.document.products():
            by_treatment[outcome.treatment][sku].append(line)
    first_rows = {sku: lines[0] for of in reversed(by_treatment.values()) for sku, lines in of.items()}
    opening = least_opening_stock(flow for outcome in loads for flow in outcome.outflows())
    plans, remarks = [], []
    for sku, first in sorted(first_rows.items()):
        lines = by_treatment["sale"].get(sku) or by_treatment["return"].get(sku) or []
        price = median_price(line.unit_price for line in lines)
        cost = round_half_up(price * mapping.products.cost_share, mapping.products.cost_places)
        name = most_frequent(line.description for line in lines) or sku
        plans.append(ProductPlan(sku, name, sku in services, price, cost, opening.get(sku, ZERO)))
        if not price:
            why = "a product that was only given away: price and cost are zero" if lines else _NEVER_SOLD
            remarks.append(changed(first, why, "", "0"))
    return plans, remarks


_NEVER_SOLD = "a product that was never sold: named by its code, price and cost are zero"
