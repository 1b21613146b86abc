"""Bills of materials, orders and what came out of them are entered in the browser."""

import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.identity.roles import Role
from erp.manufacturing.models import BillOfMaterials, BillOfMaterialsLine, ManufacturingOrder
from tests.support.cast import TODAY
from tests.support.making import Making

D = Decimal
JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def planner(log_in: Any, making: Making) -> Client:
    return log_in(Role.PLANNER)


@pytest.fixture
def operator(log_in: Any, making: Making) -> Client:
    return log_in(Role.PRODUCTION_OPERATOR)


def send(client: Client, lines: list[dict[str, str]], token: str = "t", **header: str) -> Any:
    head = {"product": "BASE", "quantity": "1", "yield_percent": "100", "lead_days": "2", "active": "on"}
    head |= {"valid_from_date": TODAY.isoformat(), **header}
    body = {"header": head, "lines": lines, "verb": "post", "token": token}
    return client.post(reverse("manufacturing:bom_submit"), json.dumps(body), **JSON)


def lines_of(making: Making, sku: str) -> list[tuple[str, Decimal, Decimal]]:
    with company_scope(making.trade.actor):
        rows = BillOfMaterialsLine.objects.filter(bom__product__sku=sku).order_by("sequence")
        return list(rows.values_list("component__sku", "quantity", "scrap_fraction"))


def test_a_bill_of_materials_is_written_and_changed(planner: Client, making: Making) -> None:
    assert planner.get(reverse("manufacturing:new_bom")).status_code == 200
    answer = send(planner, [{"product": "FRAME", "quantity": "2"}, {"product": "FABRIC", "quantity": "0.5", "discount": "10"}])
    assert answer.status_code == 200, answer.content
    assert lines_of(making, "BASE") == [("FRAME", 2, 0), ("FABRIC", D("0.5"), D("0.1"))]
    with company_scope(making.trade.actor):
        bom = BillOfMaterials.objects.get(product__sku="BASE")
    assert answer.json()["url"] == reverse("manufacturing:bom", args=[bom.pk])
    page = planner.get(reverse("manufacturing:edit_bom", args=[bom.pk])).content.decode()
    version = page.split('name="version" value="')[1].split('"')[0]
    changed = {"bom": str(bom.pk), "version": version, "yield_percent": "80", "token": "u"}
    answer = send(planner, [{"product": "FRAME", "quantity": "3"}], **changed)
    assert answer.status_code == 200, answer.content
    assert lines_of(making, "BASE") == [("FRAME", 3, 0)]
    with company_scope(making.trade.actor):
        bom.refresh_from_db()
        assert (bom.yield_fraction, bom.lead_days) == (D("0.8"), 2)
    stale = send(planner, [{"product": "FRAME", "quantity": "4"}], **(changed | {"token": "v"}))
    assert stale.status_code == 422 and lines_of(making, "BASE") == [("FRAME", 3, 0)]


def test_what_is_wrong_with_it_is_said_at_its_field(planner: Client, making: Making) -> None:
    answer = send(planner, [{"product": "NOBODY", "quantity": "1"}, {"product": "FRAME", "quantity": "0", "discount": "100"}])
    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"lines.0.product", "lines.1.quantity", "lines.1.discount"}
    answer = send(planner, [{"product": "HERON", "quantity": "1"}])  # the lamp stands on the base
    [error] = answer.json()["errors"]
    assert "BASE > HERON > BASE" in error["message"] or "HERON > BASE > HERON" in error["message"]
    assert lines_of(making, "BASE") == []


def test_an_order_is_planned_and_one_without_a_bill_comes_back(planner: Client, making: Making) -> None:
    url = reverse("manufacturing:new_order")
    assert planner.get(url).status_code == 200
    typed = {"product": "SHADE", "quantity": "4", "warehouse": str(making.trade.warehouse), "due_date": TODAY.isoformat()}
    typed |= {"start_date": TODAY.isoformat(), "token": "a"}
    assert planner.post(url, typed).status_code == 302
    page = planner.post(url, typed | {"product": "BULB", "quantity": "-4", "token": "b"})
    assert page.status_code == 200 and "w-error" in page.content.decode()
    with company_scope(making.trade.actor):
        order = ManufacturingOrder.objects.get()
        assert (order.product_id, order.quantity, order.state) == (making.products["SHADE"], 4, "planned")


def test_parts_and_scrap_are_reported(operator: Client, making: Making) -> None:
    making.stock("10", "FRAME", "FABRIC")
    pk = making.order("SHADE", "10")
    url = reverse("manufacturing:report", args=[pk])
    assert 'value="10"' in operator.get(url).content.decode()
    typed = {"good": "3", "scrapped": "1", "reason": "torn", "date": TODAY.isoformat(), "token": "a"}
    assert operator.post(url, typed).status_code == 302
    assert operator.post(url, typed | {"good": "30", "token": "b"}).status_code == 200
    with company_scope(making.trade.actor):
        order = ManufacturingOrder.objects.get()
        assert (order.completed, order.scrapped, order.state) == (3, 1, "in_progress")
