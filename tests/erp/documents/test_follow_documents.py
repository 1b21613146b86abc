"""Following: news of a document, of what came of it and of what others wrote, until it was seen."""

import pytest
from django.test import Client
from django.urls import reverse

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.models import Follower
from erp.documents.news import list_news
from erp.documents.operations.add_comments import CommentDraft, add_comments
from erp.documents.operations.follow_documents import follow_documents, mark_news_seen, unfollow_documents
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.sales.operations.confirm_orders import confirm_orders
from erp.sales.operations.deliver_orders import DeliveryPlan, deliver_orders
from erp.sales.operations.reserve_orders import reserve_orders
from tests.support.cast import AT, TODAY, person
from tests.support.trade import LogIn, Trade

REFUSED = (BusinessRuleViolation, Refusals)


@pytest.fixture
def sam(acme: Company) -> Actor:
    return person(acme, Role.SALESPERSON, user_id=1)


def follow(actor: Actor, order: int) -> int:
    with company_scope(actor):
        return follow_documents(documents=[DocumentRef("sales_order", order)], actor=actor, at=AT)


def comment(actor: Actor, order: int, body: str) -> None:
    with company_scope(actor):
        add_comments(comments=[CommentDraft(document=DocumentRef("sales_order", order), body=body)], actor=actor, at=AT)


def news(actor: Actor) -> list[str]:
    with company_scope(actor, read_only=True):
        return sorted(one.body or one.type for one in list_news(actor))


def test_only_what_happens_after_one_followed_is_news(trade: Trade, sam: Actor) -> None:
    order, other = trade.order("confirmed"), trade.order()
    assert follow(sam, order) == 1 and follow(sam, order) == 0
    assert news(sam) == []
    with company_scope(trade.actor):
        reserve_orders(order_ids=[order], actor=trade.actor, at=AT)
        confirm_orders(order_ids=[other], actor=trade.actor, at=AT)
        deliver_orders(deliveries=[DeliveryPlan(order_id=order, date=TODAY)], actor=trade.actor, at=AT)
    assert news(sam) == ["delivery.posted", "sales_order.reserved"]


def test_what_others_write_is_news_and_ones_own_is_not(trade: Trade, sam: Actor, acme: Company) -> None:
    order, mara = trade.order(), person(acme, Role.SALES_MANAGER, user_id=2)
    follow(sam, order)
    comment(sam, order, "from me")
    comment(mara, order, "from Mara")
    assert news(sam) == ["from Mara"]


def test_who_comments_follows_and_hears_the_answer(trade: Trade, sam: Actor, acme: Company) -> None:
    order, mara = trade.order(), person(acme, Role.SALES_MANAGER, user_id=2)
    comment(sam, order, "When does it go?")
    comment(mara, order, "Tomorrow.")
    assert news(sam) == ["Tomorrow."] and news(mara) == []


def test_a_colleague_named_with_an_at_sign_hears_of_it(trade: Trade, sam: Actor, acme: Company, rival: Company) -> None:
    order = trade.order()
    made = {name: User.objects.create(username=name, email=f"{name}@example.com") for name in ("Wim", "spy")}
    Membership.objects.create(user=made["Wim"], company=acme, role=Role.WAREHOUSE_CLERK)
    Membership.objects.create(user=made["spy"], company=rival, role=Role.ADMINISTRATOR)
    comment(sam, order, "@wim, @spy and mail@wim.example: two pallets, please.")
    wim = person(acme, Role.WAREHOUSE_CLERK, user_id=made["Wim"].pk)
    assert news(wim) == ["@wim, @spy and mail@wim.example: two pallets, please."]
    with company_scope(sam, read_only=True):
        assert set(Follower.objects.values_list("user_id", flat=True)) == {1, made["Wim"].pk}


def test_what_was_seen_is_no_news_any_more_and_later_things_are(trade: Trade, sam: Actor, acme: Company) -> None:
    order, mara = trade.order(), person(acme, Role.SALES_MANAGER, user_id=2)
    follow(sam, order)
    comment(mara, order, "first")
    with company_scope(sam):
        assert mark_news_seen(documents=[DocumentRef("sales_order", order)], actor=sam, at=AT) == 1
    assert news(sam) == []
    comment(mara, order, "second")
    assert news(sam) == ["second"]
    with company_scope(sam):
        assert unfollow_documents(documents=[DocumentRef("sales_order", order)], actor=sam, at=AT) == 1
    assert news(sam) == []


def test_who_may_not_open_a_document_can_neither_follow_it_nor_hear_of_it(trade: Trade, sam: Actor, acme: Company) -> None:
    order = trade.order()
    with pytest.raises(REFUSED):
        follow(person(acme, Role.PRODUCTION_OPERATOR), order)
    follow(sam, order)
    comment(person(acme, Role.SALES_MANAGER, user_id=2), order, "secret")
    assert news(person(acme, Role.PRODUCTION_OPERATOR, user_id=1)) == []


def test_another_company_hears_nothing(trade: Trade, sam: Actor, acme: Company, rival: Company) -> None:
    order = trade.order()
    follow(sam, order)
    comment(person(acme, Role.SALES_MANAGER, user_id=2), order, "inside")
    assert news(person(rival, Role.ADMINISTRATOR, user_id=1)) == []


def test_the_bell_counts_the_page_tells_and_the_button_ends_it(trade: Trade, acme: Company, log_in: LogIn) -> None:
    order, client = trade.order(), log_in(Role.SALESPERSON)
    page = reverse("sales:order", args=[order])
    button = reverse("screens:follow", args=["sales_order", order])
    assert button in client.get(page).content.decode()
    client.post(button, {"next": page})
    assert reverse("screens:unfollow", args=["sales_order", order]) in client.get(page).content.decode()
    comment(person(acme, Role.SALES_MANAGER, user_id=999), order, "Look at the date.")
    assert client.get(reverse("screens:news_count")).json() == {"count": 1}
    assert "Look at the date." in client.get(reverse("screens:news")).content.decode()
    client.post(reverse("screens:news_seen"), {"document": [f"sales_order:{order}", "nonsense", "x:1e9"]})
    assert client.get(reverse("screens:news_count")).json() == {"count": 0}
    assert Client().get(reverse("screens:news")).status_code == 302
