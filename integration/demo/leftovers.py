"""What is left for people in the demo: an order that automation must not confirm, one that waits for goods, a purchase that waits
for approval, and tasks."""

import datetime
from decimal import ROUND_UP, Decimal

from erp.automation.models import ApprovalPolicy
from erp.catalog.models import Product
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.core.events import DocumentRef
from erp.documents.operations.schedule_tasks import TaskDraft, schedule_tasks
from erp.identity.models import Membership
from erp.identity.roles import Role
from erp.inventory.models import StockLevel, Warehouse
from erp.inventory.queries import average_costs
from erp.parties.models import Party
from erp.purchasing.drafts import PurchaseLineDraft, PurchaseOrderDraft, RequisitionDraft, RequisitionLineDraft
from erp.purchasing.models import AgreementLine
from erp.purchasing.operations.place_purchase_orders import place_purchase_orders
from erp.purchasing.operations.request_goods import request_goods
from erp.receivables.models import Invoice
from erp.sales.models import SalesOrder
from erp.sales.operations.place_orders import OrderLineDraft, SalesOrderDraft, place_orders

WAITS_DAYS, LARGE, SHORT = 30, 55, 40
# role, task in English and Chinese, days from today, about
TASKS = (
    (Role.SALESPERSON, "Tell them when the goods will come", "告知客户到货时间", 0, "sales_order"),
    (Role.SALES_MANAGER, "Agree the price for the large order", "商定大额订单价格", 1, "sales_order"),
    (Role.WAREHOUSE_CLERK, "Set pallets aside for the large order", "为大额订单预留托盘", 1, "sales_order"),
    (Role.ACCOUNTANT, "Ask when this invoice will be paid", "询问该发票的付款时间", -1, "invoice"),
    (Role.ADMINISTRATOR, "Look through the inbox with the new colleagues", "与新同事一起查看待办", 2, "sales_order"),
)


def leave_orders(actor: Actor, *, time_zone: str, at: datetime.datetime) -> list[int]:
    """One order above every limit, and one of a product that is not there, promised late so that others come first."""
    today, warehouse = local_date(at, time_zone), Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]
    customer = Party.objects.filter(is_customer=True).order_by("-credit_limit", "code").exclude(credit_limit=None)[0]
    stocked = Product.objects.filter(kind=Product.Kind.STOCKED).order_by("-list_price", "sku")
    in_stock = StockLevel.objects.filter(on_hand__gte=LARGE).values("product_id")
    missing = stocked.exclude(pk__in=StockLevel.objects.filter(on_hand__gt=0).values("product_id")).first()
    wanted = [(stocked.filter(pk__in=in_stock)[0], LARGE), *([(missing, SHORT)] if missing else [])]
    drafts = [
        SalesOrderDraft(
            customer_id=customer.pk,
            warehouse_id=warehouse,
            date=today,
            promised_date=today + datetime.timedelta(days=WAITS_DAYS),
            lines=[OrderLineDraft(product_id=product.pk, quantity=Decimal(quantity))],
        )
        for product, quantity in wanted
    ]
    return [placed.id for placed in place_orders(orders=drafts, actor=actor, at=at)]


def leave_purchase(actor: Actor, *, time_zone: str, at: datetime.datetime) -> list[int]:
    """Where the company has an approval policy, a purchase order that is just large enough for it, of something that is neither
    made nor goes into what is made: nobody plans with it."""
    policy = ApprovalPolicy.objects.filter(kind="purchase_order").order_by("from_amount", "pk").first()
    planned = AgreementLine.objects.values("product_id")
    bought = Product.objects.filter(kind=Product.Kind.STOCKED, supply=Product.Supply.BUY).exclude(pk__in=planned)
    costs = average_costs(list(bought.values_list("pk", flat=True)))
    supplier = Party.objects.filter(is_supplier=True).order_by("pk").first()
    if policy is None or supplier is None or not costs:
        return []
    today, warehouse = local_date(at, time_zone), Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]
    product, cost = max(costs.items(), key=lambda item: item[1])
    line = PurchaseLineDraft(
        product_id=product,
        quantity=(policy.from_amount / cost).to_integral_value(ROUND_UP),
        unit_price=cost.quantize(Decimal("0.01")),
        requested_date=today + datetime.timedelta(days=WAITS_DAYS),
    )
    draft = PurchaseOrderDraft(supplier_id=supplier.pk, warehouse_id=warehouse, date=today, lines=[line])
    return [placed.id for placed in place_purchase_orders(orders=[draft], actor=actor, at=at)]


def leave_order_with_a_person(actor: Actor, *, supplier: str, time_zone: str, at: datetime.datetime) -> list[int]:
    """An order to the supplier for whom a person acts in the portal, which nobody else answers."""
    line = AgreementLine.objects.filter(supplier__code=supplier).order_by("pk").first()
    if line is None:
        return []
    today = local_date(at, time_zone)
    wanted = PurchaseLineDraft(
        product_id=line.product_id,
        quantity=Decimal(24),
        requested_date=today + datetime.timedelta(days=line.lead_days),
        agreement_line_id=line.pk,
    )
    warehouse = Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]
    draft = PurchaseOrderDraft(
        supplier_id=line.supplier_id, agreement_id=line.agreement_id, warehouse_id=warehouse, date=today, lines=[wanted]
    )
    return [placed.id for placed in place_purchase_orders(orders=[draft], actor=actor, at=at)]


def leave_requisition(actor: Actor, *, time_zone: str, chinese: bool, at: datetime.datetime) -> list[int]:
    """Something that somebody asks the buyers for; of what is agreed with a supplier, where anything is."""
    agreed = AgreementLine.objects.filter(product__active=True).order_by("product_id").values_list("product_id", flat=True)
    bought = Product.objects.filter(kind=Product.Kind.STOCKED, supply=Product.Supply.BUY, active=True).order_by("pk")
    products = list(dict.fromkeys(agreed))[:2] or list(bought.values_list("pk", flat=True)[:1])
    today = local_date(at, time_zone)
    needed = today + datetime.timedelta(days=WAITS_DAYS)
    draft = RequisitionDraft(
        warehouse_id=Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0],
        date=today,
        memo="展厅用" if chinese else "For the showroom",
        lines=[RequisitionLineDraft(product_id=pk, quantity=Decimal(10), need_date=needed) for pk in products],
    )
    return [pk for pk, _number in request_goods(requisitions=[draft], actor=actor, at=at)]


def leave_tasks(actor: Actor, *, time_zone: str, chinese: bool, at: datetime.datetime) -> list[int]:
    """A task for each role that somebody of the company holds."""
    today = local_date(at, time_zone)
    people = Membership.objects.filter(company_id=actor.company_id, active=True, party_id=None).order_by("pk")
    holders = {row.role: row.user_id for row in people}
    about = {
        "sales_order": SalesOrder.objects.order_by("-total", "pk").values_list("pk", flat=True)[0],
        "invoice": Invoice.objects.order_by("date", "pk").values_list("pk", flat=True)[0],
    }
    drafts = [
        TaskDraft(
            document=DocumentRef(kind, about[kind]),
            subject=zh if chinese else en,
            due_date=today + datetime.timedelta(days=days),
            owner_id=holders[role],
        )
        for role, en, zh, days, kind in TASKS
        if role in holders
    ]
    return schedule_tasks(tasks=drafts, actor=actor, at=at)
