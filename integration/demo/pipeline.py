"""Business that may come: opportunities in several stages and quotations that nobody has accepted yet."""

import datetime
from decimal import Decimal

from crm.pipeline.drafts import OpportunityDraft, OpportunityMove, QuotationDraft, QuotationLineDraft
from crm.pipeline.operations.move_opportunities import move_opportunities
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.operations.save_quotations import save_quotations
from erp.catalog.models import Product
from erp.core.actor import Actor
from erp.core.clock import local_date
from erp.parties.models import Party

# subject in English and Chinese, expected amount, probability, stage
OPPORTUNITIES = (
    ("Refit of the lobby", "大堂照明改造", "18500", "0.6", "proposal"),
    ("Lamps for forty rooms", "四十间客房灯具", "9600", "0.4", "qualified"),
    ("Showroom in spring", "春季展厅", "27000", "0.2", "new"),
    ("Reading room", "阅览室", "4200", "0.8", "proposal"),
)


def load_pipeline(actor: Actor, *, time_zone: str, chinese: bool, at: datetime.datetime) -> None:
    """Open the opportunities, move them to their stages, and write two quotations."""
    today = local_date(at, time_zone)
    customers = list(Party.objects.filter(is_customer=True).order_by("code").values_list("pk", flat=True)[: len(OPPORTUNITIES)])
    drafts = [
        OpportunityDraft(
            name=zh if chinese else en,
            customer_id=customer,
            expected_amount=Decimal(amount),
            probability=Decimal(probability),
            expected_date=today + datetime.timedelta(days=30),
        )
        for (en, zh, amount, probability, _stage), customer in zip(OPPORTUNITIES, customers, strict=True)
    ]
    made = save_opportunities(opportunities=drafts, actor=actor, at=at)
    moves = [OpportunityMove(id=pk, stage=row[4]) for pk, row in zip(made, OPPORTUNITIES, strict=True) if row[4] != "new"]
    move_opportunities(moves=moves, actor=actor, at=at)
    products = list(Product.objects.filter(kind=Product.Kind.STOCKED).order_by("sku").values_list("pk", flat=True)[:4])
    quotations = [
        QuotationDraft(
            customer_id=customers[i],
            opportunity_id=made[i],
            date=today,
            valid_until_date=today + datetime.timedelta(days=30),
            lines=[QuotationLineDraft(product_id=product, quantity=Decimal(5 + i)) for product in products[i : i + 3]],
        )
        for i in (0, 1)
    ]
    save_quotations(quotations=quotations, actor=actor, at=at)
