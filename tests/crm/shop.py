"""A shop with a draft quotation for the tests of the CRM's screens, and the ways in."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from crm.pipeline.drafts import OpportunityDraft, QuotationDraft, QuotationLineDraft
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.operations.save_quotations import save_quotations
from erp.core.actor import Actor, system_actor
from erp.core.rows import insert_rows
from erp.core.scope import company_scope
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.inventory.models import StockLevel, Warehouse
from tests.support.cast import AT, TODAY

LogIn = Callable[..., Client]
TEXT = "🚚 مصباح <b>=1+1</b>"


@pytest.fixture
def shop(acme: Company) -> dict[str, int]:
    """Acme with goods, customers, an opportunity, a draft quotation of three lamps and ten lamps on stock."""
    actor = system_actor(acme.pk, "test")
    with company_scope(actor):
        lamp = _goods(actor)
        zen = _customers(actor)
        [opportunity] = save_opportunities(
            opportunities=[OpportunityDraft(name=TEXT, customer_id=zen, expected_amount=Decimal(100))],
            actor=actor,
            at=AT,
        )
        warehouse = Warehouse.objects.get().pk
        insert_rows(
            StockLevel,
            ["product_id", "warehouse_id", "on_hand", "reserved", "value"],
            [(lamp, warehouse, Decimal(10), Decimal(4), Decimal("217.7"))],
        )
        draft = QuotationDraft(
            customer_id=zen,
            date=TODAY,
            reference=TEXT,
            lines=[QuotationLineDraft(product_id=lamp, quantity=Decimal(3))],
            opportunity_id=opportunity,
        )
        [saved] = save_quotations(quotations=[draft], actor=actor, at=AT)
    return {"quotation": saved.id, "opportunity": opportunity, "zen": zen, "lamp": lamp}


def _goods(actor: Actor) -> int:
    """A lamp (also in boxes of six), a cable and an hour of work; the id of the lamp."""
    from erp.catalog.drafts import ProductDraft, ProductUnitDraft
    from erp.catalog.operations.save_products import save_products

    lamp = ProductDraft(
        sku="LAMP",
        name="Lamp",
        barcode="4006381333931",
        unit_code="PC",
        tax_code="STD",
        list_price=Decimal(40),
        price_floor=Decimal(30),
        units=[ProductUnitDraft(code="box", numerator=6, barcode="BOX6")],
    )
    drafts = [
        lamp,
        replace(lamp, sku="CABLE", name="Cable", barcode="", list_price=Decimal("2.5"), price_floor=None, units=[]),
        replace(lamp, sku="HOUR", name="Work", barcode="", kind="service", units=[]),
    ]
    return save_products(products=drafts, actor=actor, at=AT)[0]


def _customers(actor: Actor) -> int:
    """Zen and Yen; the id of Zen."""
    from erp.parties.drafts import PartyDraft
    from erp.parties.operations.save_parties import save_parties

    zen = PartyDraft(code="ZEN", name="Zen GmbH", is_customer=True, currency_code="EUR", payment_term_code="NET30")
    return save_parties(parties=[zen, replace(zen, code="YEN", name="Yen Inc.")], actor=actor, at=AT)[0]


@pytest.fixture
def log_in(acme: Company) -> LogIn:
    def enter(role: Role = Role.SALESPERSON) -> Client:
        user = User.objects.create_user(username=role.value, email=f"{role.value}@acme.example", password="x")
        Membership.objects.create(user=user, company=acme, role=role)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


def text_of(response: HttpResponse) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return body.decode()


def send(client: Client, name: str, body: dict[str, Any], *args: int) -> tuple[int, dict[str, Any]]:
    response = client.post(reverse(f"pipeline:{name}", args=args), json.dumps(body), content_type="application/json")
    return response.status_code, response.json()


def header(shop: dict[str, int], **changes: str) -> dict[str, str]:
    return {"customer": str(shop["zen"]), "date": TODAY.isoformat(), "promised_date": "", "prices": "exclusive", **changes}


def rows(quantity: str = "2", price: str = "") -> list[dict[str, str]]:
    return [{"product": "LAMP", "quantity": quantity, "price": price}]
