"""From a plan to the drafts that the operations take."""

import zoneinfo
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from erp.catalog.drafts import ProductDraft
from erp.catalog.models import Product
from erp.inventory.models import Adjustment, Receipt, Warehouse
from erp.inventory.operations.adjust_stock import AdjustmentDraft, AdjustmentLineDraft
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft
from erp.parties.drafts import AddressDraft, PartyDraft
from erp.parties.models import Party
from erp.receivables.operations.post_credit_notes import CreditLineDraft, CreditNoteDraft
from erp.sales.models import DeliveryLine, SalesReturn
from erp.sales.operations.deliver_orders import DeliveryPlan
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft
from erp.sales.operations.return_goods import ReturnDraft, ReturnLineDraft
from integration.datasets.judging import SourceDocument
from integration.datasets.mapping import DatasetMapping
from integration.datasets.outcomes import AdjustmentPlan, CreditPlan, Outcome, ReturnPlan
from integration.datasets.plan import PLACES, CustomerPlan, Plan, ProductPlan
from integration.datasets.rules import line_amount, most_frequent

OPENING = "opening"


@dataclass(frozen=True)
class Ids:
    """The records of the company by their codes in the plan."""

    products: dict[str, int]
    customers: dict[str, int]
    warehouse: int


def read_ids(mapping: DatasetMapping) -> Ids:
    """Three statements, inside a scope, after the master records are there."""
    return Ids(
        products=dict(Product.objects.filter(external_source=mapping.name).values_list("external_ref", "pk")),
        customers=dict(Party.objects.filter(external_source=mapping.name).values_list("external_ref", "pk")),
        warehouse=Warehouse.objects.get(code=mapping.company.warehouses[0][0]).pk,
    )


def party_draft(mapping: DatasetMapping, customer: CustomerPlan) -> PartyDraft:
    return PartyDraft(
        code=customer.code,
        name=customer.name,
        is_customer=True,
        currency_code=mapping.company.currency_code,
        payment_term_code=customer.term,
        external_source=mapping.name,
        external_ref=customer.code,
        addresses=[AddressDraft(purpose="billing", country=customer.country)] if customer.country else [],
    )


def product_draft(mapping: DatasetMapping, product: ProductPlan) -> ProductDraft:
    return ProductDraft(
        sku=product.sku,
        name=product.name,
        kind=Product.Kind.SERVICE if product.service else Product.Kind.STOCKED,
        unit_code=mapping.products.unit,
        tax_code=mapping.products.tax,
        list_price=product.list_price,
        external_source=mapping.name,
        external_ref=product.sku,
    )


def opening_draft(mapping: DatasetMapping, plan: Plan, ids: Ids) -> ReceiptDraft:
    """One receipt of everything, on the day before the first document."""
    return ReceiptDraft(
        warehouse_id=ids.warehouse,
        date=plan.opening_date,
        purpose=Receipt.Purpose.OPENING,
        external_source=mapping.name,
        external_ref=OPENING,
        lines=[
            ReceiptLineDraft(product_id=ids.products[product.sku], quantity=product.opening, unit_cost=product.unit_cost)
            for product in plan.products
            if product.opening
        ],
    )


def order_draft(mapping: DatasetMapping, outcome: Outcome, ids: Ids) -> SalesOrderDraft:
    document = outcome.document
    return SalesOrderDraft(
        customer_id=_customer(mapping, document, ids),
        warehouse_id=ids.warehouse,
        date=document.date,
        reference=_said(mapping, document),
        external_source=mapping.name,
        external_ref=document.number,
        lines=[
            OrderLineDraft(
                product_id=ids.products[line.sku],
                quantity=line.quantity,
                unit_price=line.unit_price,
                description=line.source.description,
            )
            for line in outcome.sold
        ],
    )


def delivery_plan(mapping: DatasetMapping, document: SourceDocument, order_id: int) -> DeliveryPlan:
    return DeliveryPlan(order_id=order_id, date=document.date, external_source=mapping.name, external_ref=document.number)


def read_delivered(mapping: DatasetMapping, sales: Collection[str]) -> dict[tuple[str, int], tuple[int, int]]:
    """Delivery and delivery line of each line of the sales, by number and position; one statement."""
    rows = DeliveryLine.objects.filter(delivery__external_source=mapping.name, delivery__external_ref__in=sorted(sales))
    values = rows.values_list("delivery__external_ref", "sequence", "delivery_id", "pk")
    return {(sale, position): (delivery_id, line_id) for sale, position, delivery_id, line_id in values}


def return_draft(
    mapping: DatasetMapping, plan: Plan, part: ReturnPlan, ids: Ids, delivered: Mapping[tuple[str, int], tuple[int, int]]
) -> ReturnDraft:
    """A return of lines of one delivery, or one without an original, worth what the opening stock cost where nothing
    lies there."""
    common: dict[str, Any] = {
        "date": part.document.date,
        "reason": SalesReturn.Reason.CANCELLED_SALE,
        "remark": _said(mapping, part.document),
        "external_source": mapping.name,
        "external_ref": part.ref,
    }
    if part.sale:
        found = [delivered[part.sale, line.position] for line in part.lines]
        pairs = zip(part.lines, found, strict=True)
        lines = [ReturnLineDraft(quantity=line.quantity, delivery_line_id=line_id) for line, (_delivery, line_id) in pairs]
        return ReturnDraft(delivery_id=found[0][0], lines=lines, **common)
    return ReturnDraft(
        customer_id=_customer(mapping, part.document, ids),
        warehouse_id=ids.warehouse,
        lines=[
            ReturnLineDraft(
                quantity=line.quantity,
                product_id=ids.products[line.sku],
                unit_price=line.unit_price,
                description=line.source.description,
                unit_cost=plan.costs[line.sku],
            )
            for line in part.lines
        ],
        **common,
    )


def credit_draft(mapping: DatasetMapping, credit: CreditPlan, ids: Ids) -> CreditNoteDraft:
    places = PLACES[mapping.company.currency_code]
    return CreditNoteDraft(
        customer_id=_customer(mapping, credit.document, ids),
        date=credit.document.date,
        memo=_said(mapping, credit.document),
        external_source=mapping.name,
        external_ref=credit.ref,
        lines=[
            CreditLineDraft(
                amount=line_amount(line.quantity, line.unit_price, places),
                tax_code=mapping.products.tax,
                product_id=ids.products[line.sku],
                description=line.source.description,
            )
            for line in credit.lines
        ],
    )


def adjustment_draft(mapping: DatasetMapping, plan: Plan, adjustment: AdjustmentPlan, ids: Ids) -> AdjustmentDraft:
    """Found stock is worth what the opening stock cost."""
    found = adjustment.reason == Adjustment.Reason.FOUND
    document = adjustment.document
    typed = most_frequent(line.source.description for line in adjustment.lines)[:150]
    return AdjustmentDraft(
        warehouse_id=ids.warehouse,
        date=document.date,
        reason=adjustment.reason,
        note="; ".join(filter(None, [typed, _said(mapping, document)])),
        external_source=mapping.name,
        external_ref=document.number,
        lines=[
            AdjustmentLineDraft(
                product_id=ids.products[line.sku], quantity=line.quantity, unit_cost=plan.costs[line.sku] if found else None
            )
            for line in adjustment.lines
        ],
    )


def _said(mapping: DatasetMapping, document: SourceDocument) -> str:
    """Number and minute of the source: "536365, 2010-12-01 08:26"."""
    local = document.at.astimezone(zoneinfo.ZoneInfo(mapping.company.time_zone))
    return f"{document.number}, {local:%Y-%m-%d %H:%M}"


def _customer(mapping: DatasetMapping, document: SourceDocument, ids: Ids) -> int:
    return ids.customers[document.customer or mapping.customers.cash_code]
