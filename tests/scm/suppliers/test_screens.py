"""Suppliers as the buyer sees them, and who may see what of it."""

import re
from typing import Any

from django.urls import reverse
from django.utils.html import strip_tags

from erp.core.scope import company_scope
from erp.identity.access import find_actor
from erp.identity.models import ApiKey, Membership
from erp.identity.roles import Role
from erp.payables.models import VendorBill
from erp.purchasing.models import PurchaseOrder
from tests.support.buying import Buying
from tests.support.cast import counted_statements
from tests.support.trade import LogIn


def page(buying: Buying, name: str = "supplier", *more: int) -> str:
    return reverse(f"suppliers:{name}", args=[buying.supplier, *more])


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def test_the_list_counts_open_orders_with_the_same_statements_for_one_and_many(buying: Buying, log_in: LogIn) -> None:
    client, counts = log_in(Role.BUYER), []
    for _ in range(2):
        buying.order("20")
        with counted_statements() as count:
            shown = client.get(reverse("suppliers:suppliers"))
        counts.append(count())
    assert counts[0] == counts[1] and "Orion" in words(shown)
    assert re.search(r"ORION.*?>2<", shown.content.decode(), re.DOTALL)


def test_the_page_says_how_they_keep_their_word_and_what_we_owe(buying: Buying, log_in: LogIn) -> None:
    order = buying.order("20")
    buying.receive(order, "20")
    buying.bill(order, "20")
    client = log_in(Role.BUYER)
    shown = words(client.get(page(buying)))
    assert "Lines received 1" in shown and "On time 100" in shown and "We owe 226.00" in shown
    assert "Agreements" in shown and "Invite" not in shown
    assert client.get(reverse("suppliers:supplier", args=[buying.trade.customer])).status_code == 404


def test_the_page_lists_open_orders_and_bills_to_pay_and_counts_rejects(buying: Buying, log_in: LogIn) -> None:
    client, counts = log_in(Role.BUYER), []
    for number in ("R-1", "R-2"):
        order = buying.order("20")
        buying.receive(order, "12", "2")
        buying.bill(order, "5", number=number)
        client.get(page(buying))
        with counted_statements() as count:
            shown = words(client.get(page(buying)))
        counts.append(count())
    with company_scope(buying.trade.actor):
        orders = [one.number for one in PurchaseOrder.objects.all()]
        bills = [one.number for one in VendorBill.objects.all()]
    assert counts[0] == counts[1] and len(orders) == len(bills) == 2
    assert all(number in shown for number in (*orders, *bills, "R-1", "R-2"))
    assert "Lines with rejects 2" in shown and shown.index("Open orders") < shown.index("Bills to pay")


def test_who_may_not_see_bills_sees_none_on_the_page(buying: Buying, log_in: LogIn) -> None:
    order = buying.order("20")
    buying.receive(order, "12")
    buying.bill(order, "12", number="R-1")
    shown = words(log_in(Role.PLANNER).get(page(buying)))
    assert "Open orders" in shown and "Bills to pay" not in shown and "We owe" not in shown


def test_somebody_is_invited_and_their_access_ended(buying: Buying, log_in: LogIn) -> None:
    client = log_in(Role.MANAGING_DIRECTOR)
    wrong = client.post(page(buying, "invite"), {"display_name": "Sue", "email": "sue"})
    assert "E-mail" in words(wrong)
    body = {"display_name": "Sue", "email": "sue@orion.example"}
    assert client.post(page(buying, "invite"), body).status_code == 302
    member = Membership.objects.get(party_id=buying.supplier)
    assert "sue@orion.example" in words(client.get(page(buying)))
    ends = page(buying, "end_person", member.pk)
    assert "End the access of Sue?" in words(client.get(ends))
    assert client.post(ends).status_code == 302
    assert find_actor(member.user_id, buying.trade.actor.company_id) is None
    assert client.get(ends).status_code == 404
    assert log_in(Role.BUYER).get(page(buying, "invite")).status_code == 403


def test_a_key_is_shown_once_and_revoked(buying: Buying, log_in: LogIn) -> None:
    client = log_in(Role.MANAGING_DIRECTOR)
    made = client.post(page(buying, "make_key"), {"name": "Their ERP"})
    token = re.search(r"weft_\w+", words(made))
    assert token and "cannot be shown again" in words(made)
    key = ApiKey.objects.get(party_id=buying.supplier)
    shown = words(client.get(page(buying)))
    assert "Their ERP" in shown and token.group() not in shown
    assert client.post(page(buying, "revoke_key", key.pk)).status_code == 302
    with company_scope(buying.trade.actor):
        assert ApiKey.objects.get(pk=key.pk).revoked_at is not None
    assert client.post(page(buying, "revoke_key", key.pk)).status_code == 404
