"""What the house asks its buyers for, and what becomes of it."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from erp.core.errors import InvalidValue, Refusals, UnknownCode, WrongState
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.causation import read_story
from erp.identity.roles import Role
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.purchasing.drafts import AgreementLineDraft, RequisitionDraft, RequisitionLineDraft, TierDraft
from erp.purchasing.errors import LineOrdered, NobodySupplies
from erp.purchasing.models import AgreementLine, PurchaseOrder, PurchaseOrderLine, Requisition, RequisitionLine
from erp.purchasing.operations.order_requisitions import cancel_requisitions, order_requisitions
from erp.purchasing.operations.request_goods import request_goods
from erp.purchasing.operations.save_agreements import save_agreements
from tests.support.books import differing
from tests.support.buying import Buying, agreement_of
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.trade import LogIn

D = Decimal
SOON = TODAY + datetime.timedelta(days=10)


def ask(buying: Buying, *lines: tuple[int, str], supplier: int | None = None) -> int:
    asked = [RequisitionLineDraft(product_id=pk, quantity=D(q), need_date=SOON, supplier_id=supplier) for pk, q in lines]
    draft = RequisitionDraft(warehouse_id=buying.trade.warehouse, date=TODAY, lines=asked, memo="for the fair")
    with company_scope(buying.trade.actor):
        return request_goods(requisitions=[draft], actor=buying.trade.actor, at=AT)[0][0]


def order(buying: Buying, *requisitions: int, lines: list[int] | None = None) -> list[int]:
    with company_scope(buying.trade.actor):
        return order_requisitions(requisition_ids=requisitions, line_ids=lines, actor=buying.trade.actor, at=AT)


def stands(buying: Buying, pk: int) -> tuple[str, list[bool]]:
    """The state, and of each line whether it is ordered."""
    with company_scope(buying.trade.actor):
        lines = RequisitionLine.objects.filter(requisition=pk).order_by("sequence")
        return Requisition.objects.get(pk=pk).state, [line.order_line_id is not None for line in lines]


def agree(buying: Buying, product: int, *, price: str = "3", **terms: Any) -> None:
    line = AgreementLineDraft(product_id=product, tiers=[TierDraft(price=D(price))], **terms)
    with company_scope(buying.trade.actor):
        save_agreements(agreements=[agreement_of(buying.supplier, [line])], actor=buying.trade.actor, at=AT)


def test_what_is_asked_for_is_ordered_from_who_is_best_and_the_line_knows_its_order(buying: Buying) -> None:
    pk = ask(buying, (buying.trade.lamp, "20"))
    assert stands(buying, pk) == ("open", [False])
    [made] = order(buying, pk)
    assert stands(buying, pk) == ("ordered", [True])
    with company_scope(buying.trade.actor):
        placed, line = PurchaseOrder.objects.get(pk=made), PurchaseOrderLine.objects.get(order=made)
        assert (placed.state, placed.source_kind, placed.source_id) == ("draft", "requisition", pk)
        assert (line.quantity, line.requested_date, line.source_kind) == (20, SOON, "requisition_line")
        assert line.chosen["candidates"]
        story = read_story(DocumentRef("requisition", pk))
        assert story is not None and DocumentRef("purchase_order", made) in story.documents
    assert differing(buying.trade.actor) == []


def test_lines_of_several_requisitions_go_into_one_order_and_lots_into_several_lines(buying: Buying) -> None:
    agree(buying, buying.trade.cable, max_quantity=D(40), multiple=D(10))
    requisitions = [ask(buying, (buying.trade.cable, "95")), ask(buying, (buying.trade.cable, "10"))]
    [made] = order(buying, *requisitions)
    with company_scope(buying.trade.actor):
        lines = list(PurchaseOrderLine.objects.filter(order=made).order_by("sequence"))
        assert [line.quantity for line in lines] == [40, 40, 20, 10]
        assert RequisitionLine.objects.get(requisition=requisitions[0]).order_line_id == lines[0].pk
        assert RequisitionLine.objects.get(requisition=requisitions[1]).order_line_id == lines[3].pk
    assert differing(buying.trade.actor) == []


def test_a_line_may_be_ordered_alone_and_the_rest_later_or_never(buying: Buying) -> None:
    agree(buying, buying.trade.cable)
    pk = ask(buying, (buying.trade.lamp, "20"), (buying.trade.cable, "5"))
    with company_scope(buying.trade.actor):
        first = RequisitionLine.objects.get(requisition=pk, sequence=1).pk
    order(buying, pk, lines=[first])
    assert stands(buying, pk) == ("open", [True, False])
    with pytest.raises(LineOrdered):
        order(buying, pk, lines=[first])
    with company_scope(buying.trade.actor):
        cancel_requisitions(requisition_ids=[pk], actor=buying.trade.actor, at=AT)
    assert stands(buying, pk) == ("ordered", [True, False])
    assert differing(buying.trade.actor) == []
    other = ask(buying, (buying.trade.cable, "5"))
    with company_scope(buying.trade.actor):
        cancel_requisitions(requisition_ids=[other], actor=buying.trade.actor, at=AT)
    assert stands(buying, other) == ("cancelled", [False])
    with pytest.raises(WrongState):
        order(buying, other)
    assert differing(buying.trade.actor) == []


def test_what_nobody_supplies_is_refused_with_the_remedy_and_nothing_is_ordered(buying: Buying) -> None:
    pk = ask(buying, (buying.trade.lamp, "20"), (buying.trade.cable, "5"))
    with pytest.raises(NobodySupplies, match="No agreement in force") as refused:
        order(buying, pk)
    assert refused.value.field == "lines.1.product"
    assert stands(buying, pk) == ("open", [False, False])


def test_who_must_supply_it_is_asked_even_where_another_is_cheaper(buying: Buying) -> None:
    with company_scope(buying.trade.actor):
        party = PartyDraft(code="CHEAP", name="Cheap Lamps", is_supplier=True, currency_code="EUR", payment_term_code="NET30")
        [cheap] = save_parties(parties=[party], actor=buying.trade.actor, at=AT)
        line = AgreementLineDraft(product_id=buying.trade.lamp, tiers=[TierDraft(price=D("0.01"))])
        save_agreements(agreements=[agreement_of(cheap, [line])], actor=buying.trade.actor, at=AT)
    for wanted, asked in ((buying.supplier, buying.supplier), (cheap, None)):
        [made] = order(buying, ask(buying, (buying.trade.lamp, "20"), supplier=asked))
        with company_scope(buying.trade.actor):
            assert PurchaseOrder.objects.get(pk=made).supplier_id == wanted
            AgreementLine.objects.filter(agreement__supplier=cheap).update(active=True)


def test_everything_that_is_wrong_is_said_at_once(buying: Buying) -> None:
    lines = [
        RequisitionLineDraft(product_id=buying.trade.lamp, quantity=D(0), need_date=SOON),
        RequisitionLineDraft(product_id=999_999, quantity=D(1), need_date=SOON, supplier_id=buying.trade.customer),
    ]
    draft = RequisitionDraft(warehouse_id=buying.trade.warehouse, date=TODAY, lines=lines)
    with pytest.raises(Refusals) as many, company_scope(buying.trade.actor):
        request_goods(requisitions=[draft], actor=buying.trade.actor, at=AT)
    found = {refusal.field: type(refusal) for refusal in many.value.refusals}
    assert found == {"lines.0.quantity": InvalidValue, "lines.1.supplier": UnknownCode, "lines.1.product": UnknownCode}
    with company_scope(buying.trade.actor):
        assert not Requisition.objects.exists()


def test_ordering_costs_the_same_for_one_and_for_many(buying: Buying) -> None:
    counts = []
    for many in (1, 5):
        requisitions = [ask(buying, (buying.trade.lamp, "20")) for _ in range(many)]
        with company_scope(buying.trade.actor), counted_statements() as count:
            order_requisitions(requisition_ids=requisitions, actor=buying.trade.actor, at=AT)
        counts.append(count())
    assert counts[0] == counts[1]


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def test_somebody_asks_on_screen_and_the_buyer_orders_with_a_click(buying: Buying, log_in: LogIn) -> None:
    operator = log_in(Role.PRODUCTION_OPERATOR)
    assert "New requisition" in words(operator.get(reverse("purchasing:new_requisition")))
    body = {
        "header": {
            "warehouse": str(buying.trade.warehouse),
            "date": TODAY.isoformat(),
            "need_date": SOON.isoformat(),
            "supplier": "",
            "memo": "for the fair",
        },
        "lines": [{"product": "LAMP", "quantity": "20", "unit": ""}],
        "verb": "post",
        "token": "",
    }
    wrong = body | {"lines": [{"product": "LAMP", "quantity": "none", "unit": ""}]}
    page = reverse("purchasing:requisition_submit")
    assert operator.post(page, wrong, content_type="application/json").status_code == 422
    answer = operator.post(page, body, content_type="application/json")
    assert answer.status_code == 200, answer.content
    with company_scope(buying.trade.actor):
        pk = Requisition.objects.get().pk
    assert answer.json()["url"] == reverse("purchasing:requisition", args=[pk])
    shown = words(operator.get(answer.json()["url"]))
    assert "for the fair" in shown and "Order it" not in shown
    buyer = log_in(Role.BUYER)
    assert "for the fair" in words(buyer.get(reverse("purchasing:requisitions")))
    assert buyer.post(reverse("purchasing:order_requisition", args=[pk])).status_code == 302
    assert stands(buying, pk) == ("ordered", [True])
    assert "PO-" in words(buyer.get(reverse("purchasing:requisition", args=[pk])))
