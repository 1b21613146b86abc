"""Tasks about documents: planned for a person, seen on the page, in the list and at home, done once."""

import datetime

import pytest
from django.urls import reverse

from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.models import Task
from erp.documents.operations.complete_tasks import complete_tasks
from erp.documents.operations.schedule_tasks import TaskDraft, schedule_tasks
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.screens.views.verbs import each_refusal
from tests.support.cast import AT, TODAY, person
from tests.support.trade import LogIn, Trade

REFUSED = (BusinessRuleViolation, Refusals)


@pytest.fixture
def mara(acme: Company) -> User:
    """A colleague of the company."""
    user = User.objects.create(username="mara", display_name="Mara Moss", email="mara@example.com")
    Membership.objects.create(user=user, company=acme, role=Role.SALES_MANAGER)
    return user


def plan(
    acme: Company, order: int, owner: int, *subjects: str, due: datetime.date = TODAY, role: Role = Role.SALESPERSON
) -> list[int]:
    actor = person(acme, role)
    drafts = [
        TaskDraft(document=DocumentRef("sales_order", order), subject=subject, due_date=due, owner_id=owner)
        for subject in subjects
    ]
    with company_scope(actor):
        return schedule_tasks(tasks=drafts, actor=actor, at=AT)


def test_a_task_planned_on_a_page_waits_there_in_the_list_and_at_home(trade: Trade, mara: User, log_in: LogIn) -> None:
    order, sam = trade.order(), log_in(Role.SALESPERSON)
    page = reverse("sales:order", args=[order])
    sent = {"subject": "Call about the colour", "due_date": TODAY.isoformat(), "owner": str(mara.pk), "next": page}
    assert sam.post(reverse("screens:schedule", args=["sales_order", order]), sent).headers["Location"] == page
    with company_scope(trade.actor, read_only=True):
        task = Task.objects.get()
    assert (task.subject, task.owner_id, task.due_date) == ("Call about the colour", mara.pk, TODAY)
    assert "Call about the colour" in sam.get(page).content.decode()
    tasks = reverse("screens:tasks")
    assert "Call about the colour" not in sam.get(tasks).content.decode()
    assert "Call about the colour" in sam.get(f"{tasks}?whose=all").content.decode()
    sam.force_login(mara)
    assert "Call about the colour" in sam.get(tasks).content.decode()
    assert "Call about the colour" in sam.get("/").content.decode()
    assert sam.post(reverse("screens:complete_task", args=[task.pk]), {"next": tasks}).headers["Location"] == tasks
    assert "Call about the colour" not in sam.get(tasks).content.decode()
    assert "Call about the colour" in sam.get(f"{tasks}?state=done").content.decode()


def test_all_errors_of_all_tasks_come_at_once_and_nothing_is_planned(trade: Trade, acme: Company, mara: User) -> None:
    order = trade.order()
    actor = person(acme, Role.SALESPERSON)
    good = {"document": DocumentRef("sales_order", order), "subject": "x", "due_date": TODAY, "owner_id": mara.pk}
    wrong = [{"subject": " "}, {"subject": "x" * 201}, {"owner_id": 987654}, {"document": DocumentRef("sales_order", 987654)}]
    drafts = [TaskDraft(**(good | change)) for change in ({}, *wrong)]  # type: ignore[arg-type]
    with company_scope(actor), pytest.raises(REFUSED) as caught:
        schedule_tasks(tasks=drafts, actor=actor, at=AT)
    assert [one.code for one in each_refusal(caught.value)] == ["invalid_value", "invalid_value", "not_in_company", "not_found"]
    with company_scope(trade.actor, read_only=True):
        assert not Task.objects.exists()


def test_nobody_outside_the_company_gets_a_task(trade: Trade, acme: Company, rival: Company, mara: User) -> None:
    Membership.objects.filter(user=mara).update(active=False)
    Membership.objects.create(user=mara, company=rival, role=Role.SALES_MANAGER)
    with pytest.raises(REFUSED):
        plan(acme, trade.order(), mara.pk, "x")


def test_a_task_is_done_once(trade: Trade, acme: Company, mara: User) -> None:
    first, second = plan(acme, trade.order(), mara.pk, "one", "two")
    actor = person(acme, Role.SALES_MANAGER, user_id=mara.pk)
    with company_scope(actor):
        assert complete_tasks(task_ids=[first], actor=actor, at=AT) == 1
        with pytest.raises(REFUSED) as caught:
            complete_tasks(task_ids=[first, second], actor=actor, at=AT)
        assert [one.code for one in each_refusal(caught.value)] == ["task_done"]
        assert Task.objects.get(pk=second).done_at is None


def test_who_may_not_open_the_document_sees_only_an_own_task(trade: Trade, acme: Company, mara: User) -> None:
    first, second = plan(acme, trade.order(), mara.pk, "one", "two")
    stranger, owner = person(acme, Role.PRODUCTION_OPERATOR, user_id=999), person(acme, Role.PRODUCTION_OPERATOR, user_id=mara.pk)
    with company_scope(stranger), pytest.raises(REFUSED):
        complete_tasks(task_ids=[first], actor=stranger, at=AT)
    with company_scope(owner):
        assert complete_tasks(task_ids=[first, second], actor=owner, at=AT) == 2


def test_what_is_due_before_today_is_late(trade: Trade, acme: Company, mara: User, log_in: LogIn) -> None:
    order = trade.order()
    plan(acme, order, mara.pk, "old one", due=TODAY - datetime.timedelta(days=1))
    plan(acme, order, mara.pk, "new one")
    text = log_in(Role.SALESPERSON).get(f"{reverse('screens:tasks')}?whose=all&state=late").content.decode()
    assert "old one" in text and "new one" not in text


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-02-30"])
def test_a_day_that_is_none_is_refused_on_the_page(trade: Trade, mara: User, log_in: LogIn, day: str) -> None:
    order, sam = trade.order(), log_in(Role.SALESPERSON)
    page = reverse("sales:order", args=[order])
    sent = {"subject": "x", "due_date": day, "owner": str(mara.pk), "next": page}
    answer = sam.post(reverse("screens:schedule", args=["sales_order", order]), sent, follow=True)
    assert "Choose a day." in answer.content.decode()
    with company_scope(trade.actor, read_only=True):
        assert not Task.objects.exists()
