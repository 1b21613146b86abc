"""Reads of the pipeline."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Prefetch, Q, QuerySet

from crm.pipeline.models import Opportunity, Quotation, QuotationLine
from crm.pipeline.permissions import VIEW_OPPORTUNITIES, VIEW_QUOTATIONS
from erp.core.actor import Actor
from erp.core.errors import NotFound
from erp.core.money import ZERO
from erp.core.rows import COMPANY, fetch
from erp.documents.drafts import possible_ids, versioned
from erp.documents.models import History
from erp.parties.models import Party
from erp.reference.rules import Measure

_STOCK = f"""
SELECT product_id, sum(on_hand), sum(reserved), sum(value) FROM inventory_stocklevel
WHERE company_id = {COMPANY} AND product_id = ANY(%s::bigint[]) AND (%s::bigint IS NULL OR warehouse_id = %s::bigint)
GROUP BY product_id
"""  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class QuotationOrderLine:
    product_id: int
    description: str
    measure: Measure
    unit_price: Decimal
    discount: Decimal
    tax_code: str
    tax_rate: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, kw_only=True)
class QuotationOrder:
    """A quotation as what it takes to place its sales order."""

    quotation_id: int
    number: str
    customer_id: int
    warehouse_id: int
    date: datetime.date
    promised_date: datetime.date
    priority: int
    partial_delivery: bool
    currency_code: str
    rate: Decimal
    prices_include_tax: bool
    reference: str
    external_source: str
    external_ref: str
    lines: tuple[QuotationOrderLine, ...]


@dataclass(frozen=True)
class LineStock:
    """Stock of a product in one warehouse or all; `value` is what is on hand at moving average."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    value: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        return self.on_hand - self.reserved


def quotation_orders(quotation_ids: Sequence[int]) -> list[QuotationOrder]:
    """The quotations as orders to place, in the order asked; two statements."""
    lines = Prefetch("lines", QuotationLine.objects.order_by("quotation_id", "sequence"))
    rows = {row.pk: row for row in Quotation.objects.filter(pk__in=possible_ids(quotation_ids)).prefetch_related(lines)}
    return [_as_order(rows[pk]) for pk in quotation_ids if pk in rows]


def _as_order(q: Quotation) -> QuotationOrder:
    head = {name: getattr(q, name) for name in QuotationOrder.__dataclass_fields__ if name not in {"quotation_id", "lines"}}
    names = QuotationOrderLine.__dataclass_fields__
    lines = [QuotationOrderLine(**{name: getattr(line, name) for name in names}) for line in q.lines.all()]
    return QuotationOrder(quotation_id=q.pk, lines=tuple(lines), **head)


def line_stock(product_ids: Sequence[int], warehouse_id: int | None = None) -> dict[int, LineStock]:
    """Stock of the products, in all warehouses when none is named; one statement, every product has an entry."""
    rows = fetch(_STOCK, [possible_ids(product_ids), warehouse_id, warehouse_id]) if product_ids else []
    found = {product_id: LineStock(on_hand, reserved, value) for product_id, on_hand, reserved, value in rows}
    return {product_id: found.get(product_id, LineStock()) for product_id in product_ids}


def list_quotations(actor: Actor) -> QuerySet[Quotation]:
    actor.ensure(VIEW_QUOTATIONS)
    return Quotation.objects.select_related("customer", "sales_order")


def get_quotation(*, quotation_id: int, actor: Actor) -> Quotation:
    """The quotation with its `version` and the records it names; raises NotFound or PermissionDenied."""
    rows = list_quotations(actor).select_related("warehouse", "opportunity")
    quotation: Quotation | None = versioned(rows).filter(pk=quotation_id).first()
    if quotation is None:
        raise NotFound(what=Quotation._meta.verbose_name, value=quotation_id)
    return quotation


def list_lines(quotation_id: int) -> list[QuotationLine]:
    """The lines of a quotation in order, product and unit loaded."""
    return list(QuotationLine.objects.filter(quotation_id=quotation_id).select_related("product__unit").order_by("sequence"))


def list_opportunities(actor: Actor) -> QuerySet[Opportunity]:
    actor.ensure(VIEW_OPPORTUNITIES)
    return Opportunity.objects.select_related("customer").annotate(
        weighted=F("expected_amount") * F("probability"), chance=F("probability") * 100
    )


def get_opportunity(*, opportunity_id: int, actor: Actor) -> Opportunity:
    """The opportunity with its `version`; raises NotFound or PermissionDenied."""
    opportunity: Opportunity | None = versioned(list_opportunities(actor)).filter(pk=opportunity_id).first()
    if opportunity is None:
        raise NotFound(what=Opportunity._meta.verbose_name, value=opportunity_id)
    return opportunity


def find_customer(code: str) -> Party | None:
    """The active customer with this code; a name that only one customer has will do as well."""
    if not code or "\x00" in code:
        return None
    active = Party.objects.filter(is_customer=True, active=True)
    if found := active.filter(code=code).first():
        return found
    named = list(active.filter(name__iexact=code)[:2])
    return named[0] if len(named) == 1 else None


def suggest_customers(text: str, *, limit: int = 20) -> list[Party]:
    """Active customers whose code begins with the text or whose name contains it."""
    text = text.strip().replace("\x00", "")
    rows = Party.objects.filter(Q(code__istartswith=text) | Q(name__icontains=text), is_customer=True, active=True)
    return list(rows.order_by("name")[:limit])


def last_actor(quotation: Quotation) -> str:
    """Who wrote the quotation last."""
    change = History.objects.filter(table_name=Quotation._meta.db_table, row_id=quotation.pk).order_by("-id").first()
    return change.actor if change else quotation.actor


def quotations_of(opportunity_id: int) -> list[Quotation]:
    """The quotations written for an opportunity, oldest first."""
    return list(Quotation.objects.filter(opportunity_id=opportunity_id).order_by("id"))
