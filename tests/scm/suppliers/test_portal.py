"""The portal: somebody of a supplier answers, advises, bills and writes in the browser; another supplier's order is not there."""

import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from erp.core.money import plain
from erp.core.scope import company_scope
from erp.identity.models import User
from erp.identity.queries import company_facts
from erp.parties.drafts import PartyDraft
from erp.parties.operations.save_parties import save_parties
from erp.payables.models import VendorBill
from erp.purchasing.models import Advice, AdviceLine, OrderMessage, PurchaseOrder, PurchaseOrderLine, SupplierAnswer
from scm.suppliers.operations.supplier_people import invite_supplier_person
from tests.support.buying import Buying
from tests.support.cast import AT, counted_statements

D = Decimal


def enter(buying: Buying, supplier_id: int, email: str) -> Client:
    actor = buying.trade.actor
    with company_scope(actor):
        invited = {"email": email, "display_name": "Sue", "language": "", "site": "https://weft.example/"}
        pk = invite_supplier_person(supplier_id=supplier_id, actor=actor, at=AT, **invited)
    client = Client()
    client.force_login(User.objects.get(pk=pk), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def sue(buying: Buying) -> Client:
    return enter(buying, buying.supplier, "sue@orion.example")


def line_of(buying: Buying, order: int) -> PurchaseOrderLine:
    with company_scope(buying.trade.actor):
        return PurchaseOrderLine.objects.get(order=order)


def page(order: int, name: str = "order") -> str:
    return reverse(f"portal:{name}", args=[order])


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return " ".join(strip_tags(answer.content.decode().replace("<", " <")).split())


def test_home_is_the_list_of_the_suppliers_orders_with_a_rail_of_its_own(buying: Buying, sue: Client) -> None:
    buying.order("20")
    draft = buying.order("30", issued=False)
    home = sue.get("/")
    assert (home.status_code, home["Location"]) == (302, reverse("portal:orders"))
    assert sue.get("/portal/")["Location"] == reverse("portal:orders")
    shown = sue.get(reverse("portal:orders"))
    with company_scope(buying.trade.actor):
        numbers = dict(PurchaseOrder.objects.values_list("id", "number"))
    assert numbers.pop(draft.id) not in words(shown) and all(number in words(shown) for number in numbers.values())
    links = set(re.findall(r'class="w-rail-link" href="([^"]+)"', shown.content.decode()))
    assert links == {reverse(f"portal:{name}") for name in ("orders", "bills", "items")}
    assert sue.get(page(draft.id)).status_code == 404


def test_states_are_in_the_readers_language(buying: Buying, sue: Client) -> None:
    buying.order("20")
    sue.cookies["django_language"] = "zh-hans"
    assert "已下达" in words(sue.get(reverse("portal:orders")))


def test_the_orders_of_another_supplier_are_not_there(buying: Buying) -> None:
    mine = buying.order("20")
    with company_scope(buying.trade.actor):
        party = PartyDraft(code="RIVAL", name="Rival Lamps", is_supplier=True, currency_code="EUR", payment_term_code="NET30")
        [rival] = save_parties(parties=[party], actor=buying.trade.actor, at=AT)
    client = enter(buying, rival, "rob@rival.example")
    with company_scope(buying.trade.actor):
        number = PurchaseOrder.objects.get(pk=mine.id).number
    assert number not in words(client.get(reverse("portal:orders")))
    for name in ("order", "confirm", "counter", "advise", "new_bill"):
        assert client.get(page(mine.id, name)).status_code == 404
    assert client.post(page(mine.id, "message"), {"text": "Hello"}).status_code == 404
    line = line_of(buying, mine.id)
    client.post(page(mine.id, "confirm"), {f"date_{line.pk}": "2026-05-01"})
    with company_scope(buying.trade.actor):
        assert not OrderMessage.objects.exists() and not SupplierAnswer.objects.exists()


def test_confirming_promises_each_line(buying: Buying, sue: Client) -> None:
    order, day = buying.order("20"), datetime.date(2026, 5, 4)
    line = line_of(buying, order.id)
    form = sue.get(page(order.id, "confirm")).content.decode()
    assert f'value="{line.requested_date.isoformat()}"' in form
    assert "w-form-grid" not in form and "w-form-grid" in sue.get(page(order.id, "counter")).content.decode()
    wrong = sue.post(page(order.id, "confirm"), {f"date_{line.pk}": "soon"})
    assert "promised for" in words(wrong)
    assert sue.post(page(order.id, "confirm"), {f"date_{line.pk}": day.isoformat()}).status_code == 302
    line = line_of(buying, order.id)
    assert (line.first_promised_date, line.last_promised_date) == (day, day)
    assert "Confirmed" in words(sue.get(page(order.id)))


def test_a_counter_proposal_waits_for_the_buyer(buying: Buying, sue: Client) -> None:
    order = buying.order("20")
    line = line_of(buying, order.id)
    same = {
        f"quantity_{line.pk}": plain(line.measure.entered),
        f"price_{line.pk}": plain(line.unit_price),
        f"date_{line.pk}": line.requested_date.isoformat(),
    }
    assert "or confirm the order" in words(sue.post(page(order.id, "counter"), same))
    other = same | {f"quantity_{line.pk}": "15", "remark": "Not more before May"}
    assert sue.post(page(order.id, "counter"), other).status_code == 302
    with company_scope(buying.trade.actor):
        [answer] = SupplierAnswer.objects.all()
        assert (answer.kind, answer.quantity, answer.remark) == ("counter", 15, "Not more before May")
    assert line_of(buying, order.id).quantity == line.quantity


def test_what_is_on_its_way_is_advised_and_too_much_is_refused_at_its_line(buying: Buying, sue: Client) -> None:
    order = buying.order("20")
    line = line_of(buying, order.id)
    body = {"expected_date": "2026-05-04", "reference": "LS-77"}
    assert "at least one line is on its way" in words(sue.post(page(order.id, "advise"), body))
    refused = words(sue.post(page(order.id, "advise"), body | {f"quantity_{line.pk}": "5000"}))
    assert "is more than the" in refused
    assert sue.post(page(order.id, "advise"), body | {f"quantity_{line.pk}": "12"}).status_code == 302
    with company_scope(buying.trade.actor):
        [advice] = Advice.objects.all()
        assert advice.reference == "LS-77" and [row.quantity for row in AdviceLine.objects.all()] == [12]
    shown = words(sue.get(page(order.id)))
    assert "Advised deliveries" in shown and "LS-77" in shown and advice.number in shown
    rest = line.quantity - 12
    sheet = sue.get(page(order.id, "advise")).content.decode()
    assert f'value="{rest.normalize():f}"' in sheet and f'value="{line.quantity.normalize():f}"' not in sheet


def test_what_came_is_billed_and_the_bill_says_what_is_to_be_paid(buying: Buying, sue: Client) -> None:
    order = buying.order("20")
    line = line_of(buying, order.id)
    assert "Nothing came that is not billed yet." in sue.get(page(order.id)).content.decode()
    buying.receive(order, str(line.quantity))
    body = {
        "supplier_number": "R-1",
        "date": "2026-03-02",
        f"quantity_{line.pk}": plain(line.measure.entered),
        f"price_{line.pk}": plain(line.unit_price),
    }
    assert sue.post(page(order.id, "new_bill"), body).status_code == 302
    with company_scope(buying.trade.actor):
        [bill] = VendorBill.objects.all()
        assert (bill.state, bill.supplier_number) == ("posted", "R-1")
    said = words(sue.get(reverse("portal:bills")))
    assert "R-1" in said and bill.number in said and said.count(f"{bill.total:,.2f}") == 2


def test_both_sides_write_about_an_order(buying: Buying, sue: Client) -> None:
    order = buying.order("20")
    assert sue.post(page(order.id, "message"), {"text": "Which colour?"}).status_code == 302
    assert "Which colour?" in words(sue.get(page(order.id)))
    with company_scope(buying.trade.actor):
        [message] = OrderMessage.objects.all()
        assert message.from_supplier and message.supplier_id == buying.supplier


@pytest.mark.parametrize(("text", "sentence"), [("  ", "This field is required."), ("a" * 2001, "at most 2000 characters")])
def test_a_message_that_cannot_be_sent_says_why_and_stays_in_the_box(
    buying: Buying, sue: Client, text: str, sentence: str
) -> None:
    order = buying.order("20")
    answer = sue.post(page(order.id, "message"), {"text": text})
    assert sentence in words(answer) and f">{text}</textarea>" in answer.content.decode()
    with company_scope(buying.trade.actor):
        assert not OrderMessage.objects.exists()


def test_every_wrong_input_of_a_form_is_named_at_once(buying: Buying, sue: Client) -> None:
    order = buying.order("20")
    line = line_of(buying, order.id)
    wrong = {f"quantity_{line.pk}": "many", f"price_{line.pk}": "cheap", f"date_{line.pk}": "soon"}
    answer = sue.post(page(order.id, "counter"), wrong)
    assert set(answer.context["form"].errors) == set(wrong)
    for name in wrong:
        assert re.search(rf'id="id_{name}_note".*?class="w-error"', answer.content.decode(), re.DOTALL)
    with company_scope(buying.trade.actor):
        assert not SupplierAnswer.objects.exists()


@pytest.mark.parametrize("name", ["confirm", "counter", "advise"])
def test_of_what_came_nothing_can_be_promised_any_more(buying: Buying, sue: Client, name: str) -> None:
    order = buying.order("20")
    buying.receive(order, str(line_of(buying, order.id).quantity))
    answer = sue.post(page(order.id, name), {"expected_date": "2026-05-04"})
    assert answer.context["form"].non_field_errors() == ["Nothing of the order is expected any more."]
    with company_scope(buying.trade.actor):
        assert not SupplierAnswer.objects.exists() and not Advice.objects.exists()


def test_an_order_costs_the_same_with_one_advice_and_with_many(buying: Buying, sue: Client) -> None:
    order, counts = buying.order("20"), []
    line = line_of(buying, order.id)
    for _ in range(2):
        sue.post(page(order.id, "advise"), {"expected_date": "2026-05-04", f"quantity_{line.pk}": "2"})
        sue.get(page(order.id))
        with counted_statements() as count:
            assert words(sue.get(page(order.id)))
        counts.append(count())
    with company_scope(buying.trade.actor):
        assert AdviceLine.objects.count() == 2
    assert counts[0] == counts[1]


def test_the_list_costs_the_same_for_one_order_and_for_many(buying: Buying, sue: Client) -> None:
    counts = []
    for _ in range(2):
        buying.order("20")
        with counted_statements() as count:
            sue.get(reverse("portal:orders"))
        counts.append(count())
    assert counts[0] == counts[1]


def test_what_the_agreement_shares_of_its_items_is_shown(buying: Buying, sue: Client) -> None:
    assert "LAMP" in words(sue.get(reverse("portal:items")))


@pytest.mark.parametrize("name", ["orders", "order", "confirm", "counter", "advise", "new_bill", "bills", "items"])
def test_a_process_that_serves_a_supplier_first_knows_the_company(buying: Buying, sue: Client, name: str) -> None:
    order = buying.order("20")
    args = [order.id] if name in {"order", "confirm", "counter", "advise", "new_bill"} else []
    company_facts.cache_clear()
    assert sue.get(reverse(f"portal:{name}", args=args)).status_code == 200
