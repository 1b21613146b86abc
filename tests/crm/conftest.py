"""Acme sells three things to two customers."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pytest

from crm.pipeline.events import QuotationAccepted
from erp.catalog.drafts import ProductDraft
from erp.catalog.operations.save_products import save_products
from erp.core import bus
from erp.core.actor import Actor
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from integration.flows.order_entry import place_accepted
from tests.crm.shop import log_in, shop
from tests.support.cast import AT, acme, in_acme, person, rival, system

__all__ = ["acme", "in_acme", "log_in", "rival", "shop", "system"]


@dataclass(frozen=True)
class Goods:
    """Ids of what is sold: a lamp for 40.00 (not below 30.00), a cable for 2.50, an hour of work for 80.00."""

    lamp: int
    cable: int
    hour: int


@dataclass(frozen=True)
class Customers:
    """Ids: Zen pays in euro, Yen in US dollars."""

    zen: int
    yen: int


@pytest.fixture(autouse=True)
def orders_are_placed() -> Iterator[None]:
    """The reaction that places sales orders, as the wiring connects it."""
    bus.signal_of(QuotationAccepted).connect(place_accepted, dispatch_uid="order_entry.place_accepted")
    yield


@pytest.fixture
def goods(in_acme: Actor) -> Goods:
    def product(sku: str, price: str, unit: str = "PC", **more: object) -> ProductDraft:
        return ProductDraft(sku=sku, name=sku.title(), unit_code=unit, tax_code="STD", list_price=Decimal(price), **more)  # type: ignore[arg-type]

    drafts = [
        product("LAMP", "40", price_floor=Decimal(30)),
        product("CABLE", "2.5"),
        product("HOUR", "80", "H", kind="service"),
    ]
    return Goods(*save_products(products=drafts, actor=in_acme, at=AT))


@pytest.fixture
def customers(in_acme: Actor) -> Customers:
    drafts = [
        PartyDraft(code="ZEN", name="Zen GmbH", is_customer=True, currency_code="EUR", payment_term_code="NET30"),
        PartyDraft(code="YEN", name="Yen Inc.", is_customer=True, currency_code="USD", payment_term_code="NET0"),
    ]
    return Customers(*save_parties(parties=drafts, actor=in_acme, at=AT))


@pytest.fixture
def salesperson(acme: Company) -> Actor:
    return person(acme, Role.SALESPERSON, user_id=7)


@pytest.fixture
def clerk(acme: Company) -> Actor:
    return person(acme, Role.WAREHOUSE_CLERK, user_id=8)
