"""The pages of bills of materials and manufacturing orders."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.manufacturing.models import BillOfMaterials
from tests.support.making import Making
from tests.support.trade import LogIn


def words(client: Client, name: str, pk: int) -> str:
    page = client.get(reverse(f"manufacturing:{name}", args=[pk]))
    assert page.status_code == 200
    return " ".join(strip_tags(page.content.decode().replace("<", " <")).split())


def bill_of(making: Making, sku: str) -> int:
    with company_scope(making.trade.actor, read_only=True):
        return BillOfMaterials.objects.get(product_id=making.products[sku]).pk


@pytest.mark.parametrize("role", [Role.PLANNER, Role.MANAGING_DIRECTOR, Role.PRODUCTION_OPERATOR])
def test_a_bill_shows_its_tree_with_what_it_costs_as_far_as_that_is_known(making: Making, log_in: LogIn, role: Role) -> None:
    making.stock("10", "FRAME", "FABRIC", "BULB", cost="2")
    client = log_in(role)
    page = words(client, "bom", bill_of(making, "HERON"))
    assert "Components over all levels" in page and "1 SHADE Shade 1 PC" in page and "2 FRAME · Frame 1 PC" in page
    if role is Role.MANAGING_DIRECTOR:
        assert "Cost of one, parts missing" in page and "EUR" in page
    assert "Where it is used" in words(client, "bom", bill_of(making, "SHADE"))


def test_the_page_of_an_order_names_what_it_takes(making: Making, log_in: LogIn) -> None:
    making.stock("10", "FRAME", "FABRIC")
    order = making.order("SHADE", "4")
    page = words(log_in(Role.PLANNER), "order", order)
    assert "MO-" in page and "FRAME" in page and "FABRIC" in page and "Released" in page
