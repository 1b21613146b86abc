"""From a plan to the drafts that the operations take."""

from dataclasses import dataclass

from erp.catalog.drafts import ProductDraft
from erp.catalog.models import Product
from erp.inventory.models import Receipt, Warehouse
from erp.inventory.operations.receive_goods import ReceiptDraft, ReceiptLineDraft
from erp.parties.drafts import AddressDraft, PartyDraft
from erp.parties.models import Party
from erp.sales.operations.deliver_orders import DeliveryPlan
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft
from integration.datasets.judging import SourceDocument
from integration.datasets.mapping import DatasetMapping
from integration.datasets.plan import CustomerPlan, Plan, ProductPlan

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


def order_draft(mapping: DatasetMapping, document: SourceDocument, ids: Ids) -> SalesOrderDraft:
    return SalesOrderDraft(
        customer_id=ids.customers[document.customer or mapping.customers.cash_code],
        warehouse_id=ids.warehouse,
        date=document.date,
        reference=document.number,
        external_source=mapping.name,
        external_ref=document.number,
        lines=[
            OrderLineDraft(
                product_id=ids.products[sku],
                quantity=line.quantity,
                unit_price=line.unit_price,
                description=line.description,
            )
            for sku, line in document.products()
        ],
    )


def delivery_plan(mapping: DatasetMapping, document: SourceDocument, order_id: int) -> DeliveryPlan:
    return DeliveryPlan(order_id=order_id, date=document.date, external_source=mapping.name, external_ref=document.number)
