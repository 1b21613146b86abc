"""Writing and changing offers."""

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from crm.pipeline.drafts import OpportunityDraft, QuotationDraft, QuotationLineDraft
from crm.pipeline.models import Quotation, QuotationLine
from crm.pipeline.operations.accept_quotations import accept_quotations
from crm.pipeline.operations.save_opportunities import save_opportunities
from crm.pipeline.operations.save_quotations import save_quotations
from crm.pipeline.queries import get_quotation
from erp.core.actor import Actor
from erp.core.errors import PermissionDenied, Refusals, StaleEdit, WrongState
from erp.core.models import EventRow
from erp.core.rows import insert_rows
from erp.reference.models import ExchangeRate
from tests.crm.conftest import Customers, Goods
from tests.support.cast import AT, TODAY, counted_statements

TOMORROW = TODAY + datetime.timedelta(days=1)


def line(product_id: int, quantity: str = "1", **changes: Any) -> QuotationLineDraft:
    return QuotationLineDraft(product_id=product_id, quantity=Decimal(quantity), **changes)


def save(actor: Actor, *drafts: QuotationDraft) -> list[int]:
    return [saved.id for saved in save_quotations(quotations=drafts, actor=actor, at=AT)]


@pytest.fixture
def offer(goods: Goods, customers: Customers) -> QuotationDraft:
    """Three lamps with 10 % off and ten cables for Zen: 108 + 25 = 133 net, 13 % tax."""
    lines = [line(goods.lamp, "3", discount=Decimal("0.1")), line(goods.cable, "10")]
    return QuotationDraft(customer_id=customers.zen, date=TODAY, lines=lines)


def test_a_quotation_is_priced_from_the_list_and_numbered(in_acme: Actor, offer: QuotationDraft) -> None:
    [saved] = save_quotations(quotations=[offer], actor=in_acme, at=AT)
    quotation = get_quotation(quotation_id=saved.id, actor=in_acme)
    assert saved.number == quotation.number == "QU-000001"
    assert (quotation.state, quotation.currency_code, quotation.promised_date) == ("draft", "EUR", TODAY)
    assert (quotation.net, quotation.tax, quotation.total) == (Decimal(133), Decimal("17.29"), Decimal("150.29"))
    assert list(QuotationLine.objects.order_by("sequence").values_list("description", "unit_price", "net")) == [
        ("Lamp", Decimal(40), Decimal(108)),
        ("Cable", Decimal("2.5"), Decimal(25)),
    ]


def test_the_customers_currency_and_the_rate_of_the_day_count(in_acme: Actor, goods: Goods, customers: Customers) -> None:
    insert_rows(ExchangeRate, ["currency_id", "valid_from_date", "rate"], [("USD", TODAY, Decimal("0.8"))])
    [pk] = save(in_acme, QuotationDraft(customer_id=customers.yen, date=TODAY, lines=[line(goods.lamp)]))
    quotation = Quotation.objects.get(pk=pk)
    assert (quotation.currency_code, quotation.rate, quotation.net) == ("USD", Decimal("0.8"), Decimal(50))


def test_prices_that_include_tax_stay_as_typed(in_acme: Actor, offer: QuotationDraft, goods: Goods) -> None:
    [pk] = save(
        in_acme, replace(offer, prices_include_tax=True, lines=[line(goods.lamp, unit_price=Decimal(40)), line(goods.lamp)])
    )
    assert list(QuotationLine.objects.filter(quotation_id=pk).values_list("total", flat=True)) == [Decimal(40), Decimal("45.2")]


def test_a_draft_is_changed_with_its_lines(in_acme: Actor, offer: QuotationDraft, goods: Goods) -> None:
    [pk] = save(in_acme, offer)
    save(in_acme, replace(offer, id=pk, reference="PO 7", lines=[line(goods.hour, "2.5")]))
    quotation = Quotation.objects.get(pk=pk)
    assert (quotation.number, quotation.reference, quotation.net) == ("QU-000001", "PO 7", Decimal(200))
    assert QuotationLine.objects.get().product_id == goods.hour


def test_a_draft_may_wait_without_lines(in_acme: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, replace(offer, lines=[]))
    assert Quotation.objects.get(pk=pk).total == 0


def test_a_set_costs_as_many_statements_as_one(in_acme: Actor, offer: QuotationDraft) -> None:
    save(in_acme, offer)
    with counted_statements() as one:
        save(in_acme, offer)
    with counted_statements() as many:
        save(in_acme, *[offer] * 30)
    assert one() == many()


def test_two_thousand_lines_cost_as_many_statements_as_two(in_acme: Actor, offer: QuotationDraft, goods: Goods) -> None:
    with counted_statements() as few:
        save(in_acme, offer)
    with counted_statements() as many:
        save(in_acme, replace(offer, lines=[line(goods.cable)] * 2000))
    assert many() <= few()
    assert Quotation.objects.order_by("-pk")[0].net == Decimal(5000)


def test_all_errors_come_at_once_and_nothing_is_changed(
    in_acme: Actor, offer: QuotationDraft, goods: Goods, customers: Customers
) -> None:
    wrong = replace(
        offer,
        customer_id=10**30,
        warehouse_id=12345,
        promised_date=TODAY - datetime.timedelta(days=1),
        reference="r" * 81,
        lines=[
            line(999_999),
            line(goods.lamp, "-1", unit_price=Decimal(-2), discount=Decimal(2)),
            line(goods.lamp, "99999999999999", unit_price=Decimal(10) ** 12),
            line(goods.lamp, "NaN"),
            line(goods.lamp, "0.0000001", description="=1+1\x00"),
        ],
    )
    foreign = replace(offer, customer_id=customers.yen, opportunity_id=77, external_ref="1")
    with pytest.raises(Refusals) as caught:
        save(in_acme, wrong, foreign)
    assert sorted((refusal.code, refusal.field) for refusal in caught.value.refusals) == sorted(
        [
            ("unknown_code", "0.customer"),
            ("unknown_code", "0.warehouse"),
            ("invalid_value", "0.promised_date"),
            ("invalid_value", "0.reference"),
            ("unknown_code", "0.lines.0.product"),
            ("invalid_value", "0.lines.1.quantity"),
            ("invalid_value", "0.lines.1.unit_price"),
            ("invalid_value", "0.lines.1.discount"),
            ("invalid_value", "0.lines.2.quantity"),
            ("invalid_value", "0.lines.3.quantity"),
            ("invalid_value", "0.lines.4.quantity"),
            ("invalid_value", "0.lines.4.description"),
            ("no_exchange_rate", "1.currency"),
            ("unknown_code", "1.opportunity"),
            ("missing_value", "1.external_source"),
        ]
    )
    assert not Quotation.objects.exists()


def test_every_missing_rate_is_named_at_its_quotation(in_acme: Actor, offer: QuotationDraft, customers: Customers) -> None:
    insert_rows(ExchangeRate, ["currency_id", "valid_from_date", "rate"], [("USD", TODAY, Decimal("0.8"))])
    early = replace(offer, customer_id=customers.yen, date=TODAY - datetime.timedelta(days=1))
    drafts = [early, replace(offer, currency_code="CHF"), replace(offer, currency_code="JPY"), offer]
    with pytest.raises(Refusals) as caught:
        save(in_acme, *drafts)
    assert [(r.field, r.params["currency"], r.params["date"]) for r in caught.value.refusals] == [
        ("0.currency", "USD", early.date.isoformat()),
        ("1.currency", "CHF", TODAY.isoformat()),
        ("2.currency", "JPY", TODAY.isoformat()),
    ]
    assert not Quotation.objects.exists()


def test_emoji_and_right_to_left_text_are_kept(in_acme: Actor, offer: QuotationDraft, goods: Goods) -> None:
    texts = ["🚚 fragile", "مصباح", "=SUM(A1:A9)"]
    [pk] = save(in_acme, replace(offer, reference="طلب ٧ 📦", lines=[line(goods.lamp, description=text) for text in texts]))
    assert Quotation.objects.get(pk=pk).reference == "طلب ٧ 📦"
    assert list(QuotationLine.objects.order_by("sequence").values_list("description", flat=True)) == texts


def test_a_stale_edit_names_both_values(in_acme: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, replace(offer, reference="mine"))
    with pytest.raises(StaleEdit) as caught:
        save(in_acme, replace(offer, id=pk, version="1", reference="yours", promised_date=TOMORROW))
    assert caught.value.params["differences"]["reference"] == ("mine", "yours")
    assert caught.value.params["differences"]["promised_date"] == (TODAY.isoformat(), TOMORROW.isoformat())


def test_what_is_not_a_draft_any_more_cannot_be_changed(in_acme: Actor, offer: QuotationDraft) -> None:
    [pk] = save(in_acme, offer)
    accept_quotations(quotation_ids=[pk], actor=in_acme, at=AT)
    with pytest.raises(WrongState, match="QU-000001 is already Accepted"):
        save(in_acme, replace(offer, id=pk))


def test_a_warehouse_clerk_writes_no_offers(in_acme: Actor, clerk: Actor, offer: QuotationDraft) -> None:
    with pytest.raises(PermissionDenied):
        save(clerk, offer)


def test_the_offer_stems_from_its_opportunity(in_acme: Actor, offer: QuotationDraft, customers: Customers) -> None:
    draft = OpportunityDraft(name="Light", customer_id=customers.zen)
    [opportunity] = save_opportunities(opportunities=[draft], actor=in_acme, at=AT)
    [pk] = save(in_acme, replace(offer, opportunity_id=opportunity))
    opened, drafted = EventRow.objects.filter(type__in=["opportunity.opened", "quotation.drafted"]).order_by("id")
    assert (drafted.aggregateid, drafted.causation_id) == (pk, opened.pk)
    assert drafted.payload == {
        "number": "QU-000001",
        "status": "draft",
        "customer_id": customers.zen,
        "currency": "EUR",
        "total": "150.29",
    }
