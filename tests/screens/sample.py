"""A list over a table of the kit itself, so that these tests need no app of the trade."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import django_filters
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory

from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.screens.list_query import ListQuery
from erp.screens.lists import Column, ListScreen, State
from erp.screens.models import Submission

START = datetime.datetime(2026, 3, 2, 8, 0, tzinfo=datetime.UTC)
CLERK = Actor(name="user:1", company_id=7001, permissions=frozenset({"kit.view"}), user_id=1, label="Ada Brandt")
BOSS = replace(CLERK, permissions=frozenset({"kit.view", "kit.secret"}))
OUTSIDER = replace(CLERK, permissions=frozenset())


class SampleFilter(django_filters.FilterSet):
    actor = django_filters.CharFilter(label="Actor")
    rank_min = django_filters.NumberFilter(field_name="rank", lookup_expr="gte", label="Rank from")

    class Meta:
        model = Submission
        fields: list[str] = []


def rows(_actor: Actor) -> Any:
    """Every third row has no rank; ranks repeat, so that only the id breaks ties."""
    third = Case(When(Q(id__isnull=False), then=F("id") % 3), output_field=IntegerField())
    rank = Case(When(third=0, then=Value(None)), default=F("id") % 5, output_field=IntegerField())
    return Submission.objects.annotate(third=third).annotate(rank=rank)


SCREEN = ListScreen(
    name="sample", title="Sample", permission="kit.view", rows=rows,
    columns=(
        Column(name="actor", label="Actor", kind="code"),
        Column(name="actor_label", label="Label"),
        Column(name="at", label="Time", kind="time"),
        Column(name="rank", label="Rank", kind="number", permission="kit.secret", total=True),
        Column(name="third", label="Third", kind="state", states={0: State("None", "draft"), 1: State("One", "open")}),
    ),
    filters=SampleFilter, search=("actor", "rank__exact", "actor_label"),
    default_sort="-at", row_url=lambda row: f"/sample/{row.pk}/",
)  # fmt: skip


@contextmanager
def sample_rows(number: int, **values: Any) -> Iterator[None]:
    """A scope with that many rows in it."""
    with company_scope(CLERK):
        Submission.objects.bulk_create(
            Submission(**{
                "company_id": CLERK.company_id, "token": uuid.uuid4(), "actor": f"user:{i % 4}",
                "actor_label": f"Row {i}", "at": START + datetime.timedelta(minutes=i // 3), **values,
            })
            for i in range(number)
        )  # fmt: skip
        yield


def ask(address: str = "", actor: Actor = BOSS, screen: ListScreen = SCREEN) -> ListQuery:
    return ListQuery(screen, actor, QueryDict(address))


def request_of(actor: Actor, path: str = "/", data: dict[str, Any] | None = None, **headers: str) -> HttpRequest:
    factory = RequestFactory(headers={"HX-Request": "true", **headers})
    request = factory.post(path, data) if data is not None else factory.get(path)
    request.actor, request.company, request.companies = actor, None, []  # type: ignore[attr-defined]
    request.user = SimpleNamespace(is_authenticated=True, is_staff=False, pk=1, theme="auto", get_username=lambda: "ada")  # type: ignore[assignment]
    return request
