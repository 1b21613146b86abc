import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.operations.enter_orders import enter_orders
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.units import run_unit
from erp.documents.operations.add_comments import CommentDraft, add_comments
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from erp.ledger.models import Period
from erp.ledger.operations.lock_periods import lock_periods
from erp.sales.models import SalesOrder
from tests.integration.moving.databases import other_cell
from tests.support.cast import found, person
from tests.support.days import day_in
from tests.support.story import Story, empty_all_tables, tell

COMMENT = 'first\n\\.\n\tthird "quoted" \\N 客户'


@dataclass(frozen=True)
class Move:
    """A company that moves, as files; what it left unfinished, and the way in for its people and programs."""

    story: Story
    folder: Path
    waiting: int
    key: str


def run(command: str, *args: object) -> str:
    out = StringIO()
    call_command(command, *map(str, args), stdout=out, no_color=True)
    return out.getvalue()


def member(company: Company, name: str, **fields: Any) -> User:
    user = User.objects.create_user(username=name, email=f"{name}@example.com", password=f"{name}'s password", **fields)
    Membership.objects.create(user=user, company=company, role=Role.SALESPERSON)
    return user


def enter_order(story: Story) -> int:
    """Entered and not yet reacted to; the order's id."""
    at = clock.now()
    line = QuotationLineDraft(product_id=story.products[2], quantity=Decimal(1))
    draft = QuotationDraft(customer_id=story.customers[0], date=day_in(story.actor.company_id, at), lines=[line])
    run_unit(story.actor, lambda: enter_orders(orders=[draft], actor=story.actor, at=at))
    return run_unit(story.actor, lambda: SalesOrder.objects.latest("id").pk)


@pytest.fixture(scope="module")
def move(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Move]:
    """Acme, in business and with its last period closed, and a company that stays; written to files."""
    with django_db_blocker.unblock():
        empty_all_tables()
        try:
            found("stays")
            story = tell("acme")
            anna = member(story.company, "anna", is_staff=True, is_superuser=True)
            key = create_api_key(company=story.company, name="shop", role=Role.SALESPERSON, at=clock.now())
            waiting = enter_order(story)
            by: dict[str, Any] = {"actor": person(story.company, *Role, user_id=anna.pk), "at": clock.now()}
            run_unit(story.actor, lambda: comment_and_close(waiting, by))
            folder = tmp_path_factory.mktemp("moving") / "acme"
            run("export_company", "acme", folder)
            yield Move(story, folder, waiting, key)
        finally:
            empty_all_tables()


def comment_and_close(order_id: int, by: dict[str, Any]) -> None:
    add_comments(comments=[CommentDraft(document=DocumentRef("sales_order", order_id), body=COMMENT)], **by)
    close_this_month(by, closed=True)


def close_this_month(by: dict[str, Any], *, closed: bool) -> None:
    today: datetime.date = day_in(by["actor"].company_id, by["at"])
    period = Period.objects.get(first_date__lte=today, last_date__gte=today)
    lock_periods(period_ids=[period.pk], ledger=closed, stock=closed, **by)


@pytest.fixture(scope="module")
def second(move: Move, django_db_blocker: Any) -> Iterator[str]:
    """An empty database of cell 1."""
    with django_db_blocker.unblock(), other_cell(1) as name:
        yield name
