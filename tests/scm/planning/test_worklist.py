"""The planner's exceptions: what the last run of each item says, by what it is about."""

from decimal import Decimal

import pytest
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.purchasing.models import AgreementLine
from tests.support.factory import Factory
from tests.support.trade import LogIn


@pytest.mark.parametrize(
    ("about", "shown"), [("", {"FABRIC", "BULB"}), ("shortage", {"FABRIC"}), ("surplus", {"BULB"}), ("late", set())]
)
def test_exceptions_are_those_of_the_last_run_of_each_item(factory: Factory, log_in: LogIn, about: str, shown: set[str]) -> None:
    factory.policy("SHADE")
    factory.policy("BULB")
    with company_scope(factory.making.trade.actor):
        AgreementLine.objects.filter(product__sku="FABRIC").update(active=False)
    factory.sell("4", days=10)
    factory.plan()
    factory.making.stock("500", "BULB")
    factory.plan()
    page = log_in(Role.PLANNER).get(reverse("planning:messages", query={"about": about} if about else {}))
    assert page.status_code == 200
    body = page.content.decode()
    assert {sku for sku in ("FABRIC", "BULB", "FRAME") if f">{sku}<" in body} == shown


def test_what_was_put_right_is_told_no_more(factory: Factory, log_in: LogIn) -> None:
    factory.policy("BULB", safety_stock=Decimal(1))
    factory.making.stock("500", "BULB")
    factory.plan()
    client = log_in(Role.PLANNER)
    assert b"BULB" in client.get(reverse("planning:messages")).content
    factory.policy("BULB", safety_stock=Decimal(500))
    factory.plan("BULB")
    assert b"BULB" not in client.get(reverse("planning:messages")).content
