"""The screens of sales orders and deliveries, opened and pressed by people of several roles."""

from django.test import Client
from django.urls import reverse

from erp.core.scope import company_scope
from erp.documents.models import Comment
from erp.identity.roles import Role
from erp.sales.models import Delivery, SalesOrder
from tests.support.cast import counted_statements
from tests.support.trade import STAGES, LogIn, Trade


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def order_url(pk: int) -> str:
    return reverse("sales:order", args=[pk])


def state_of(trade: Trade, pk: int) -> str:
    with company_scope(trade.actor, read_only=True):
        return SalesOrder.objects.get(pk=pk).state


def delivery_of(trade: Trade, order: int) -> Delivery:
    with company_scope(trade.actor, read_only=True):
        return Delivery.objects.get(order_id=order)


def test_an_order_of_every_stage_can_be_opened_and_listed(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    for stage in STAGES:
        assert "LAMP" in body(client, order_url(trade.order(stage)))
    assert body(client, reverse("sales:orders")).count("SO-0000") >= len(STAGES)
    assert "DN-000001" in body(client, reverse("sales:deliveries"))


def test_lists_cost_the_same_statements_for_two_rows_and_for_many(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    for _ in range(2):
        trade.order("invoiced", quantity="1")
    urls = [reverse("sales:orders"), reverse("sales:deliveries")]
    few = [_statements(client, url) for url in urls]
    for _ in range(12):
        trade.order("invoiced", quantity="1")
    assert [_statements(client, url) for url in urls] == few


def _statements(client: Client, url: str) -> int:
    body(client, url)
    with counted_statements() as count:
        body(client, url)
        return count()


def test_a_manager_confirms_and_a_second_press_is_one_effect_with_one_message(trade: Trade, log_in: LogIn) -> None:
    client, other = log_in(Role.SALES_MANAGER), log_in(Role.ADMINISTRATOR)
    order = trade.order()
    page = body(client, order_url(order))
    token = page.split('name="token" value="', 1)[1].split('"', 1)[0]
    confirm = reverse("sales:confirm", args=[order])
    first = client.post(confirm, {"token": token, "next": order_url(order)}, follow=True)
    assert "The order is confirmed." in first.content.decode()
    again = client.post(confirm, {"token": token, "next": order_url(order)}, follow=True).content.decode()
    assert "Already done by Sales_Manager" in again and again.count("w-message-") == 1
    late = other.post(confirm, {"token": "", "next": order_url(order)}, follow=True).content.decode()
    assert "is already confirmed" in late and late.count("w-message-") == 1
    assert state_of(trade, order) == "confirmed"


def test_an_order_goes_the_whole_way_by_its_buttons(trade: Trade, log_in: LogIn) -> None:
    client, order = log_in(Role.ADMINISTRATOR), trade.order()
    for verb in ("confirm", "reserve", "deliver"):
        assert client.post(reverse(f"sales:{verb}", args=[order])).status_code == 302
    delivery = delivery_of(trade, order)
    page = client.post(
        reverse("sales:invoice", args=[delivery.pk]), {"next": reverse("sales:delivery", args=[delivery.pk])}, follow=True
    )
    assert "Invoiced: INV-" in page.content.decode()
    assert state_of(trade, order) == "invoiced"


def test_a_verb_that_is_not_possible_says_why(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    placed = body(client, order_url(trade.order()))
    assert placed.count("Confirm the order first.") == 2
    paid = body(client, order_url(trade.order("paid")))
    assert "The order is invoiced." in paid and 'data-verb="cancel"' not in paid
    short = body(client, order_url(trade.order("reserved", quantity="500")))
    assert "Nothing of what is missing is available." in short
    assert "may not be delivered in parts" in short


def test_cancelling_names_what_it_will_release(trade: Trade, log_in: LogIn) -> None:
    page = body(log_in(Role.SALESPERSON), order_url(trade.order("reserved")))
    assert "Cancel SO-000001 and release 2 reservations." in page
    assert 'data-verb="confirm"' not in page  # a salesperson may not confirm


def test_cost_is_hidden_from_a_salesperson_on_screen_and_in_exports(trade: Trade, log_in: LogIn) -> None:
    delivery = delivery_of(trade, trade.order("delivered", quantity="3"))
    seller, finance = log_in(Role.SALESPERSON), log_in(Role.FINANCE_MANAGER)
    urls = [reverse("sales:delivery", args=[delivery.pk]), reverse("sales:deliveries")]
    for url in urls:
        assert "Cost" in body(finance, url) and "Cost" not in body(seller, url)
    export = b"".join(seller.get(reverse("sales:deliveries") + "?export=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "DN-000001" in export and "35" not in export.replace("DN-000001", "")


def test_the_page_tells_the_chain_the_story_and_takes_comments(trade: Trade, log_in: LogIn) -> None:
    client, order = log_in(Role.ADMINISTRATOR), trade.order("paid")
    page = body(client, order_url(order))
    assert [n in page for n in ("DN-000001", "INV-000001", "PAY-000001")] == [True] * 3
    assert page.index("Goods delivered: DN-000001") < page.index("Order confirmed") < page.index("Order placed")
    url = reverse("screens:comment", args=["sales_order", order])
    client.post(url, {"text": "<b>call</b> 电话 ☎", "token": ""})
    assert "&lt;b&gt;call&lt;/b&gt; 电话 ☎" in body(client, order_url(order))
    refused = client.post(url, {"text": " ", "next": order_url(order)}, follow=True).content.decode()
    assert "Write between 1 and 4,000 characters." in refused
    with company_scope(trade.actor, read_only=True):
        assert Comment.objects.count() == 1


def test_bulk_verbs_report_what_was_done_and_what_was_refused(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.SALES_MANAGER)
    ids = [trade.order(), trade.order("confirmed")]
    answer = client.post(reverse("sales:orders"), {"verb": "confirm", "ids": ids, "query": ""}).content.decode()
    assert "1 done," in answer and "1 refused (see)" in answer and "is already confirmed" in answer


def test_nobody_opens_a_document_of_another_company_or_without_the_permission(trade: Trade, log_in: LogIn) -> None:
    order = trade.order()
    operator = log_in(Role.PRODUCTION_OPERATOR)
    for url in (reverse("sales:orders"), order_url(order), reverse("thread:sales_order", args=[order])):
        assert operator.get(url).status_code == 403
    assert operator.post(reverse("sales:confirm", args=[order])).status_code == 403
    assert log_in(Role.ADMINISTRATOR).get(order_url(order + 10**6)).status_code == 404


def test_the_words_of_the_todo_filter_find_what_they_say(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    orders = {stage: trade.order(stage) for stage in ("placed", "confirmed", "delivered", "paid")}
    short = trade.order("reserved", quantity="500", partial=True)
    found = {
        word: {
            pk for pk in [*orders.values(), short] if f'data-url="{order_url(pk)}' in body(client, f"/sell/orders/?todo={word}")
        }
        for word in ("open", "confirm", "deliver", "short")
    }
    assert found["open"] == {orders["placed"], orders["confirmed"], orders["delivered"], short}
    assert found["confirm"] == {orders["placed"]}
    assert found["deliver"] == {orders["confirmed"], short}
    assert found["short"] == {orders["confirmed"], short}
    assert f'data-url="{reverse("sales:delivery", args=[delivery_of(trade, orders["delivered"]).pk])}' in body(
        client, reverse("sales:deliveries", query={"todo": "invoice"})
    )
