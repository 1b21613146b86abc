"""What the demo company makes: bills of materials, who supplies the parts, how it is planned."""

import datetime
from decimal import Decimal
from typing import Any

from erp.catalog.models import Product
from erp.core.actor import Actor
from erp.inventory.models import Warehouse
from erp.manufacturing.drafts import BomDraft, BomLineDraft
from erp.manufacturing.operations.save_bills import save_bills
from erp.parties.models import Party
from erp.purchasing.drafts import AgreementDraft, AgreementLineDraft, TierDraft
from erp.purchasing.operations.save_agreements import save_agreements
from scm.planning.drafts import ItemPolicyDraft
from scm.planning.operations.save_policies import save_policies

AGO = datetime.timedelta(days=60)


def set_up_factory(data: dict[str, Any], *, currency: str, today: datetime.date, actor: Actor, at: datetime.datetime) -> None:
    """Enter what the section `factory` of a data file says."""
    products = dict(Product.objects.values_list("sku", "id"))
    suppliers = dict(Party.objects.filter(is_supplier=True).values_list("code", "id"))
    warehouse = Warehouse.objects.order_by("pk").values_list("pk", flat=True)[0]
    start = today - AGO
    save_bills(
        bills=[
            BomDraft(
                product_id=products[sku],
                lead_days=days,
                valid_from_date=start,
                lines=[BomLineDraft(component_id=products[part], quantity=Decimal(count)) for part, count in parts],
            )
            for sku, days, parts in data["boms"]
        ],
        actor=actor,
        at=at,
    )
    save_agreements(
        agreements=[
            AgreementDraft(
                supplier_id=suppliers[code],
                currency_code=currency,
                valid_from_date=start,
                preferred=preferred,
                shares_demand=True,
                shares_forecast=True,
                lines=[_line(products, line) for line in lines],
            )
            for code, preferred, lines in data["agreements"]
        ],
        actor=actor,
        at=at,
    )
    save_policies(
        policies=[
            ItemPolicyDraft(product_id=products[sku], warehouse_id=warehouse, safety_stock=Decimal(safety))
            for sku, safety in data["policies"]
        ],
        actor=actor,
        at=at,
    )


def _line(products: dict[str, int], line: list[Any]) -> AgreementLineDraft:
    sku, days, minimum, multiple, tiers = line
    return AgreementLineDraft(
        product_id=products[sku],
        lead_days=days,
        min_quantity=Decimal(minimum),
        multiple=Decimal(multiple),
        tiers=[TierDraft(from_quantity=Decimal(start), price=Decimal(price)) for start, price in tiers],
    )
