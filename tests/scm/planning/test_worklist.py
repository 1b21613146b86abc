"""The planner's exceptions: what the last run of each item says, by what it is about; and the worklist that begins with them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.purchasing.models import AgreementLine
from scm.planning.models import ItemPolicy, Proposal
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


def test_a_late_proposal_that_became_an_order_is_told_no_more(factory: Factory, log_in: LogIn) -> None:
    factory.sell("4", days=1)
    factory.plan()
    get = log_in(Role.PLANNER).get
    assert b"BULB" in get(reverse("planning:messages")).content
    factory.accept_all()
    assert b"BULB" not in get(reverse("planning:messages")).content


def test_what_was_put_right_is_told_no_more(factory: Factory, log_in: LogIn) -> None:
    factory.policy("BULB", safety_stock=Decimal(1))
    factory.making.stock("500", "BULB")
    factory.plan()
    client = log_in(Role.PLANNER)
    assert b"BULB" in client.get(reverse("planning:messages")).content
    factory.policy("BULB", safety_stock=Decimal(500))
    factory.plan("BULB")
    assert b"BULB" not in client.get(reverse("planning:messages")).content


def test_the_worklist_shows_exceptions_first_and_accepts_proposals_in_bulk(factory: Factory, log_in: LogIn) -> None:
    factory.policy("SHADE")
    factory.policy("BULB")
    factory.making.stock("500", "BULB")
    with company_scope(factory.making.trade.actor):
        AgreementLine.objects.filter(product__sku="FABRIC").update(active=False)
    factory.sell("4", days=10)
    factory.plan()
    client, url = log_in(Role.PLANNER), reverse("planning:proposals")
    body = client.get(url).content.decode()
    with company_scope(factory.making.trade.actor):
        shade = Proposal.objects.get(product__sku="SHADE")
        bulb = ItemPolicy.objects.get(product__sku="BULB")
    places = [
        body.index(text) for text in ("Nobody supplies or makes it", "More than is wanted", "All exceptions (2)", shade.number)
    ]
    assert places == sorted(places)
    assert reverse("planning:item", args=[bulb.pk]) in body and f"{reverse('planning:messages')}?about=surplus" in body
    assert client.get(f"{url}?q=SHADE").content.decode().count("All exceptions") == 0
    assert "All exceptions (1)" in client.get(f"{url}?q=BULB").content.decode()
    for narrowed in ("?kind=make", "?state=accepted", "?state=all"):
        assert "All exceptions" not in client.get(url + narrowed).content.decode()
    done = client.post(url, {"verb": "accept", "ids": [shade.pk], "query": ""}).content.decode()
    assert "All exceptions" in done
    with company_scope(factory.making.trade.actor):
        assert Proposal.objects.get(pk=shade.pk).state == Proposal.State.ACCEPTED


def test_exceptions_cost_the_worklist_the_same_statements_however_many(factory: Factory, log_in: LogIn) -> None:
    client, counts = log_in(Role.PLANNER), []
    for sku in ("BULB", "FRAME"):
        factory.policy(sku)
        factory.making.stock("500", sku)
        factory.plan()
        with CaptureQueriesContext(connection) as asked:
            assert b"All exceptions" in client.get(reverse("planning:proposals")).content
        counts.append(len(asked))
    assert counts[0] == counts[1]
