"""Run as a program against empty servers: a company with lamps and cables in stock, no rope, whose orders and returns go by
themselves; desks are made of shelves that are made of planks, and suppliers, goods in and the operator are programs whose keys it
leaves in DATA_DIR. Prints an API key."""

import os
import sys
from decimal import Decimal

import django

django.setup()

from django.conf import settings  # noqa: E402

from erp.catalog.models import Product  # noqa: E402
from erp.core import clock  # noqa: E402
from erp.identity.api_keys import create_api_key  # noqa: E402
from erp.identity.models import Company  # noqa: E402
from erp.identity.roles import Role  # noqa: E402
from erp.manufacturing.drafts import BomDraft, BomLineDraft  # noqa: E402
from erp.manufacturing.operations.save_bills import save_bills  # noqa: E402
from erp.parties.drafts import PartyDraft  # noqa: E402
from erp.parties.operations.save_parties import save_parties  # noqa: E402
from erp.purchasing.drafts import AgreementLineDraft, TierDraft  # noqa: E402
from erp.purchasing.operations.save_agreements import save_agreements  # noqa: E402
from integration.demo.actors.keys import leave_keys_of_actors  # noqa: E402
from scm.planning.drafts import ItemPolicyDraft  # noqa: E402
from scm.planning.operations.save_policies import save_policies  # noqa: E402
from tests.support.buying import FIRST, agreement_of  # noqa: E402
from tests.support.market import VERBS, Market, open_market  # noqa: E402

WOOD = PartyDraft(code="WOOD", name="Wood & Co", is_supplier=True, currency_code="EUR", payment_term_code="NET30")


def found_factory(market: Market) -> None:
    ids = market.products
    Product.objects.filter(sku__in=["DESK", "SHELF"]).update(supply=Product.Supply.MAKE)
    bills = [
        BomDraft(product_id=ids[made], valid_from_date=FIRST, lines=[BomLineDraft(component_id=ids[part], quantity=Decimal(2))])
        for made, part in (("DESK", "SHELF"), ("SHELF", "PLANK"))
    ]
    save_bills(bills=bills, **market.by())
    [supplier] = save_parties(parties=[WOOD], **market.by())
    line = AgreementLineDraft(product_id=ids["PLANK"], lead_days=1, tiers=[TierDraft(price=Decimal(5))])
    save_agreements(agreements=[agreement_of(supplier, [line])], **market.by())
    policy = ItemPolicyDraft(product_id=ids["DESK"], warehouse_id=market.warehouse)
    save_policies(policies=[policy], **market.by())


if __name__ == "__main__":
    market = open_market(
        skus=("LAMP", "CABLE", "ROPE", "DESK", "SHELF", "PLANK"), rules=(*VERBS, "credit", "accept", "issue", "release")
    )
    market.receive({"LAMP": "100000", "CABLE": "100000"})
    market.unit(lambda: found_factory(market))
    company = Company.objects.get(pk=market.actor.company_id)
    keys = settings.DATA_DIR / "actors.env"
    leave_keys_of_actors(keys, company, url=os.environ["WEFT_URL"], customers=[], at=clock.now())
    sys.stdout.write(create_api_key(company=company, name="faults", role=Role.ADMINISTRATOR, at=clock.now()))
