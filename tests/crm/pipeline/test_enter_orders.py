"""Orders entered directly."""

from dataclasses import replace

import pytest

from crm.pipeline.drafts import QuotationDraft
from crm.pipeline.models import Quotation
from crm.pipeline.operations.enter_orders import enter_orders
from erp.core.actor import Actor
from erp.core.errors import PermissionDenied, WrongState
from erp.core.models import EventRow
from erp.sales.models import SalesOrder
from tests.crm.conftest import Goods
from tests.crm.pipeline.test_save_quotations import line, offer, save
from tests.support.cast import AT, counted_statements

__all__ = ["offer"]


def test_an_order_is_a_quotation_accepted_in_the_same_step(in_acme: Actor, salesperson: Actor, offer: QuotationDraft) -> None:
    [entered] = enter_orders(orders=[offer], actor=salesperson, at=AT)
    quotation, order = Quotation.objects.get(), SalesOrder.objects.get()
    assert (entered.quotation_id, entered.sales_order_id, entered.number) == (quotation.pk, order.pk, order.number)
    assert (quotation.state, quotation.sales_order_id, order.total) == ("accepted", order.pk, quotation.total)
    assert list(EventRow.objects.order_by("id").values_list("type", flat=True)) == ["quotation.accepted", "sales_order.placed"]


def test_a_saved_draft_is_changed_and_ordered(in_acme: Actor, offer: QuotationDraft, goods: Goods) -> None:
    [pk] = save(in_acme, offer)
    [entered] = enter_orders(orders=[replace(offer, id=pk, lines=[line(goods.hour)])], actor=in_acme, at=AT)
    assert (entered.quotation_id, SalesOrder.objects.get().lines.get().product_id) == (pk, goods.hour)
    with pytest.raises(WrongState):
        enter_orders(orders=[replace(offer, id=pk)], actor=in_acme, at=AT)


def test_an_order_without_lines_is_refused(in_acme: Actor, offer: QuotationDraft) -> None:
    with pytest.raises(Exception, match="has no lines. Enter at least one product"):
        enter_orders(orders=[replace(offer, lines=[])], actor=in_acme, at=AT)


def test_answers_come_in_the_order_given(in_acme: Actor, offer: QuotationDraft) -> None:
    entered = enter_orders(orders=[replace(offer, reference=f"R{i}") for i in range(5)], actor=in_acme, at=AT)
    assert [SalesOrder.objects.get(pk=one.sales_order_id).reference for one in entered] == ["R0", "R1", "R2", "R3", "R4"]


def test_an_order_costs_a_bounded_number_of_statements(in_acme: Actor, offer: QuotationDraft) -> None:
    enter_orders(orders=[offer], actor=in_acme, at=AT)
    with counted_statements() as counted:
        enter_orders(orders=[offer], actor=in_acme, at=AT)
    assert counted() <= 19


def test_a_clerk_enters_no_orders(in_acme: Actor, clerk: Actor, offer: QuotationDraft) -> None:
    with pytest.raises(PermissionDenied):
        enter_orders(orders=[offer], actor=clerk, at=AT)
