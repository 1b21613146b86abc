"""Agreements in the browser: the head, then one line at a time with its prices."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.purchasing.models import Agreement, AgreementLine, PriceTier
from tests.support.buying import Buying
from tests.support.trade import LogIn

HEAD = {"currency": "EUR", "valid_from_date": "2026-01-01", "over_percent": "10", "preferred": "on", "shares_demand": "on"}


@pytest.fixture
def buyer(log_in: LogIn) -> Client:
    return log_in(Role.BUYER)


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def lines_of(buying: Buying, agreement: int) -> list[tuple[str, int, list[tuple[int, int]]]]:
    with company_scope(buying.trade.actor):
        rows = AgreementLine.objects.filter(agreement=agreement, active=True).order_by("sequence")
        return [
            (
                line.product.sku,
                line.lead_days,
                [(int(t.from_quantity), int(t.price)) for t in PriceTier.objects.filter(line=line).order_by("from_quantity")],
            )
            for line in rows
        ]


def version(client: Client, page: str) -> str:
    return str(client.get(page).content.decode().split('name="version" value="')[1].split('"')[0])


def test_an_agreement_is_written_line_by_line_and_changed(buying: Buying, buyer: Client) -> None:
    wrong = buyer.post(reverse("purchasing:new_agreement"), HEAD | {"supplier": "NOBODY", "valid_to_date": "2025-01-01"})
    assert "There is no supplier with this code." in words(wrong)
    made = buyer.post(reverse("purchasing:new_agreement"), HEAD | {"supplier": "orion"})
    assert made.status_code == 302, words(made)
    with company_scope(buying.trade.actor):
        agreement = Agreement.objects.order_by("-id")[0]
        assert agreement.over_fraction * 100 == 10 and agreement.preferred and agreement.shares_demand
    assert made["Location"] == reverse("purchasing:agreement", args=[agreement.pk])
    new = reverse("purchasing:new_agreement_line", args=[agreement.pk])
    line = {"product": "lamp", "lead_days": "5", "min_quantity": "10", "multiple": "5", "active": "on", "price_0": "9"}
    line |= {"from_1": "100", "price_1": "8", "version": version(buyer, new)}
    assert buyer.post(new, line).status_code == 302
    assert lines_of(buying, agreement.pk) == [("LAMP", 5, [(0, 9), (100, 8)])]
    cable = {"product": "CABLE", "lead_days": "2", "active": "on", "price_0": "3", "version": version(buyer, new)}
    assert buyer.post(new, cable).status_code == 302
    with company_scope(buying.trade.actor):
        first = AgreementLine.objects.get(agreement=agreement, product__sku="LAMP").pk
    page = reverse("purchasing:edit_agreement_line", args=[agreement.pk, first])
    changed = line | {"lead_days": "7", "price_1": "7", "version": version(buyer, page)}
    assert buyer.post(page, changed).status_code == 302
    assert lines_of(buying, agreement.pk) == [("LAMP", 7, [(0, 9), (100, 7)]), ("CABLE", 2, [(0, 3)])]
    head = reverse("purchasing:edit_agreement", args=[agreement.pk])
    body = HEAD | {"supplier": "ORION", "memo": "until spring", "version": version(buyer, head)}
    assert buyer.post(head, body).status_code == 302
    shown = words(buyer.get(reverse("purchasing:agreement", args=[agreement.pk])))
    assert "until spring" in shown and "9 · 7 ≥ 100" in shown
    assert lines_of(buying, agreement.pk)[1:] == [("CABLE", 2, [(0, 3)])]


def test_what_is_wrong_with_a_line_stands_at_its_field_and_a_stale_edit_is_refused(buying: Buying, buyer: Client) -> None:
    new = reverse("purchasing:new_agreement_line", args=[buying.agreement])
    seen = version(buyer, new)
    line = {"product": "CABLE", "lead_days": "5", "multiple": "50", "max_quantity": "40", "active": "on", "price_0": "3"}
    refused = words(buyer.post(new, line | {"version": seen, "unit": "BARREL", "from_1": "0", "price_1": "2"}))
    assert "Maximum of an order line:" in refused and "Purchase unit:" in refused and "Price 2:" in refused
    assert "Price 1: This field is required." in words(buyer.post(new, line | {"price_0": "", "version": seen}))
    good = {"product": "CABLE", "lead_days": "5", "active": "on", "price_0": "3", "version": seen}
    assert buyer.post(new, good).status_code == 302
    stale = buyer.post(new, good | {"product": "LAMP"})
    assert stale.status_code == 200 and "changed" in words(stale)


def test_only_those_who_may_change_agreements_are_asked_for_one(buying: Buying, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    assert clerk.get(reverse("purchasing:new_agreement")).status_code == 403
    page = clerk.get(reverse("purchasing:agreement", args=[buying.agreement]))
    assert reverse("purchasing:edit_agreement_line", args=[buying.agreement, buying.line]) not in page.content.decode()
