"""What becomes of each document: sales orders, returns with or without their sale, credits without goods, adjustments."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count

from integration.datasets.judging import SourceDocument
from integration.datasets.mapping import DatasetMapping
from integration.datasets.matching import OpenSales, unmatched
from integration.datasets.remarks import Remark, changed, nothing
from integration.datasets.rules import line_amount
from integration.datasets.source import SourceLine


@dataclass(frozen=True)
class PlannedLine:
    """A line, or the part of one, with its product and a `quantity` above zero; `position` is that of the line of the
    sale it came from."""

    source: SourceLine
    sku: str
    quantity: Decimal
    stocked: bool
    position: int = 0

    @property
    def unit_price(self) -> Decimal:
        return self.source.unit_price


@dataclass(frozen=True)
class ReturnPlan:
    """Goods and services that come back from one sale, or from none that is known (`sale` is empty). `ref` is the
    external reference: the number of the document, and a counter where it becomes several."""

    ref: str
    document: SourceDocument
    sale: str
    lines: list[PlannedLine]


@dataclass(frozen=True)
class CreditPlan:
    """What is credited without goods."""

    ref: str
    document: SourceDocument
    lines: list[PlannedLine]


@dataclass(frozen=True)
class AdjustmentPlan:
    document: SourceDocument
    reason: str
    lines: list[PlannedLine]


@dataclass(frozen=True)
class Outcome:
    """One document and what it becomes. `left` are the lines of which there is nothing to book."""

    document: SourceDocument
    sold: list[PlannedLine] = field(default_factory=list)
    returns: list[ReturnPlan] = field(default_factory=list)
    credit: CreditPlan | None = None
    adjustment: AdjustmentPlan | None = None
    left: list[PlannedLine] = field(default_factory=list)

    @property
    def number(self) -> str:
        return self.document.number

    @property
    def treatment(self) -> str:
        return self.document.kind.treatment

    @property
    def is_loaded(self) -> bool:
        return bool(self.sold or self.returns or self.credit or self.adjustment)

    def outflows(self) -> Iterator[tuple[str, Decimal]]:
        """(product, quantity) of all that leaves the stock; what comes in is negative."""
        sign = 1 if self.treatment in ("sale", "write-off") else -1
        for _fate, lines in self.fates():
            for line in lines:
                if line.stocked:
                    yield line.sku, sign * line.quantity

    def fates(self) -> Iterator[tuple[str, list[PlannedLine]]]:
        """Every line of the document, or part of one, under what it becomes, for the report."""
        yield "sales order, delivery, invoice", self.sold
        for part in self.returns:
            yield f"return {'of a known sale' if part.sale else 'without an original'}, credit note", part.lines
        if self.credit:
            yield "credit note without goods", self.credit.lines
        if self.adjustment:
            yield f"stock adjustment: {self.adjustment.reason}", self.adjustment.lines
        yield "nothing to book", self.left

    def touches(self) -> set[str]:
        """What must happen in the order of time: all products that move, and the sales that goods come back from."""
        sales = {part.sale for part in self.returns if part.sale} | ({self.number} if self.sold else set())
        return {sku for sku, _quantity in self.outflows()} | {f"sale {number}" for number in sales}


class Destiny:
    """Decides, document after document in the order of time, what becomes of each; `remarks` says why."""

    def __init__(self, mapping: DatasetMapping, services: Collection[str], *, places: int) -> None:
        self.mapping, self.places = mapping, places
        self.remarks: list[Remark] = []
        self._services = services
        self._sales = OpenSales(places=places)

    def of(self, document: SourceDocument) -> Outcome:
        match document.kind.treatment:
            case "sale":
                return self._sale(document)
            case "return":
                return self._cancellation(document)
            case _:
                return self._adjustment(document)

    def _sale(self, document: SourceDocument) -> Outcome:
        lines = [PlannedLine(line, sku, line.quantity, self._is_stocked(sku)) for sku, line in document.products()]
        for position, line in enumerate(lines, 1):
            if document.customer:  # nobody is not the same customer as nobody
                key = (document.customer, line.sku, line.unit_price)
                self._sales.sell(key, sale=document.number, position=position, quantity=line.quantity)
        return Outcome(document, sold=lines)

    def _cancellation(self, document: SourceDocument) -> Outcome:
        by_sale: dict[str, list[PlannedLine]] = defaultdict(list)
        fees: list[PlannedLine] = []
        nothing_left: list[PlannedLine] = []
        for sku, line in document.products():
            wanted, stocked = -line.quantity, self._is_stocked(sku)
            matches = self._sales.take_back((document.customer, sku, line.unit_price), wanted)
            for match in matches:
                by_sale[match.sale].append(PlannedLine(line, sku, match.quantity, stocked, match.position))
            if rest := unmatched(matches, wanted):
                alone = PlannedLine(line, sku, rest, stocked)
                if stocked:
                    self.remarks.append(changed(line, _UNMATCHED if not matches else _IN_PART, "", str(rest)))
                    by_sale[""].append(alone)
                elif line_amount(rest, line.unit_price, self.places):
                    self.remarks.append(changed(line, _NO_GOODS, "", str(rest)))
                    fees.append(alone)
                else:
                    self.remarks.append(nothing(line, _FREE))
                    nothing_left.append(alone)
        refs = _refs(document.number)
        sales = sorted(by_sale, key=lambda sale: not sale)  # those without one last
        returns = [ReturnPlan(next(refs), document, sale, by_sale[sale]) for sale in sales]
        credit = CreditPlan(next(refs), document, fees) if fees else None
        return Outcome(document, returns=returns, credit=credit, left=nothing_left)

    def _adjustment(self, document: SourceDocument) -> Outcome:
        all_lines = [PlannedLine(line, sku, abs(line.quantity), self._is_stocked(sku)) for sku, line in document.products()]
        lines, left = [one for one in all_lines if one.stocked], [one for one in all_lines if not one.stocked]
        self.remarks += [nothing(one.source, _NO_STOCK) for one in left]
        plan = AdjustmentPlan(document, self._reason(document), lines) if lines else None
        return Outcome(document, adjustment=plan, left=left)

    def _is_stocked(self, sku: str) -> bool:
        return sku not in self._services

    def _reason(self, document: SourceDocument) -> str:
        if document.kind.treatment == "found stock":
            return "found"
        return self.mapping.write_offs.reason_of([line.description for line in document.lines])


_UNMATCHED = "cancellation of no sale in the file: a return without an original"
_IN_PART = "cancellation of more than the sales in the file: the rest is a return without an original"
_NO_GOODS = "cancellation of no goods and no sale in the file: a credit note without goods"
_FREE = "cancellation of no goods at no price"
_NO_STOCK = "stock of what is no goods, at no price"


def _refs(number: str) -> Iterator[str]:
    yield number
    for i in count(2):
        yield f"{number}/{i}"


def decide(
    mapping: DatasetMapping, documents: Sequence[SourceDocument], services: Collection[str], *, places: int
) -> tuple[list[Outcome], list[Remark]]:
    """The outcomes of the documents, which are in the order in which they happened."""
    destiny = Destiny(mapping, services, places=places)
    return [destiny.of(document) for document in documents], destiny.remarks
