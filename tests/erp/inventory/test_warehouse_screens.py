"""Warehouses on screen: opening one, changing one, what the role may not do, two people at once."""

from typing import Any

from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.inventory.models import Warehouse
from tests.support.trade import LogIn, Trade

NEW = reverse("inventory:new_warehouse")


def stored(trade: Trade, **wanted: Any) -> Warehouse | None:
    with company_scope(trade.actor, read_only=True):
        return Warehouse.objects.filter(**wanted).first()


def text(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def test_a_planner_opens_a_warehouse_and_lands_on_its_page(trade: Trade, log_in: LogIn) -> None:
    planner = log_in(Role.PLANNER)
    assert NEW in text(planner, reverse("inventory:warehouses"))
    answer = planner.post(NEW, {"code": "NORTH", "name": "北仓", "active": "on"})
    made = stored(trade, code="NORTH")
    assert made is not None and made.name == "北仓" and made.active
    assert answer.headers["Location"] == reverse("inventory:warehouse", args=[made.pk])
    assert "北仓" in text(planner, answer.headers["Location"])


def test_the_page_counts_what_lies_there_and_tells_each_change(trade: Trade, log_in: LogIn) -> None:
    planner, clerk = log_in(Role.PLANNER), log_in(Role.WAREHOUSE_CLERK)
    page = reverse("inventory:warehouse", args=[trade.warehouse])
    edit = reverse("inventory:edit_warehouse", args=[trade.warehouse])
    row = stored(trade, pk=trade.warehouse)
    assert row is not None
    levels = reverse("inventory:levels", query={"warehouse": row.code})
    assert levels in text(clerk, page) and "1,400.00" in text(planner, page)
    assert "1,400.00" not in text(clerk, page)
    form = planner.get(edit).context["form"]
    planner.post(edit, {"version": form["version"].value(), "code": row.code, "name": "Hall 7"})
    changed = stored(trade, pk=trade.warehouse)
    assert changed is not None and changed.name == "Hall 7" and not changed.active
    assert f"<s>{row.name}</s>" in text(planner, page)


def test_a_clerk_sees_no_form_and_is_refused_one(trade: Trade, log_in: LogIn) -> None:
    clerk = log_in(Role.WAREHOUSE_CLERK)
    edit = reverse("inventory:edit_warehouse", args=[trade.warehouse])
    assert NEW not in text(clerk, reverse("inventory:warehouses"))
    assert edit not in text(clerk, reverse("inventory:warehouse", args=[trade.warehouse]))
    assert clerk.get(NEW).status_code == clerk.post(NEW, {"code": "X", "name": "X"}).status_code == 403
    assert clerk.post(edit, {"code": "X", "name": "X"}).status_code == 403
    assert stored(trade, code="X") is None


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(trade: Trade, log_in: LogIn) -> None:
    planner = log_in(Role.PLANNER)
    taken = stored(trade, pk=trade.warehouse)
    assert taken is not None
    answer = planner.post(NEW, {"code": taken.code, "name": ""})
    assert answer.status_code == 200 and "name" in answer.context["form"].errors
    answer = planner.post(NEW, {"code": taken.code, "name": "Twice"})
    assert "code" in answer.context["form"].errors
    assert stored(trade, name="Twice") is None


def test_the_second_of_two_editors_sees_what_the_first_saved(trade: Trade, log_in: LogIn) -> None:
    planner = log_in(Role.PLANNER)
    edit = reverse("inventory:edit_warehouse", args=[trade.warehouse])
    form = planner.get(edit).context["form"]
    sent = {"version": form["version"].value(), "code": form["code"].value(), "active": "on"}
    planner.post(edit, sent | {"name": "First"})
    answer = planner.post(edit, sent | {"name": "Second"})
    assert "First" in str(answer.context["form"].errors["name"])
    again = sent | {"name": "Second", "version": answer.context["form"]["version"].value()}
    assert planner.post(edit, again).status_code == 302
    changed = stored(trade, pk=trade.warehouse)
    assert changed is not None and changed.name == "Second"


def test_a_warehouse_of_nobody_is_not_found(trade: Trade, log_in: LogIn) -> None:
    planner = log_in(Role.PLANNER)
    assert planner.get(reverse("inventory:warehouse", args=[999999999])).status_code == 404
    assert planner.get(reverse("inventory:edit_warehouse", args=[999999999])).status_code == 404
