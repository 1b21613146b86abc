"""Lists: pages that neither lose nor repeat a row, hidden columns that leak nowhere, a cost that does not grow."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from erp.core.scope import company_scope
from erp.screens import list_query
from erp.screens.lists import BulkOutcome, BulkVerb
from erp.screens.models import ListPreference
from erp.screens.views.lists import list_view
from tests.screens.sample import BOSS, CLERK, OUTSIDER, SCREEN, ask, request_of, sample_rows

pytestmark = pytest.mark.django_db
SORTS = ["", "sort=rank", "sort=-rank", "sort=-rank,actor", "sort=actor,-at,rank", "sort=third,-rank"]


def walk(sort: str, size: int = 7) -> list[list[int]]:
    pages, cursor = [], ""
    while True:
        page = ask(f"{sort}{cursor}").page(size)
        pages.append([row.pk for row in page.rows])
        if not page.after:
            return pages
        cursor = f"&after={page.after}"


@pytest.mark.parametrize("sort", SORTS)
def test_pages_forward_show_every_row_once_in_the_order_of_the_whole(sort: str) -> None:
    with sample_rows(40):
        whole = [row.pk for row in ask(sort).ordered()]
        assert [key for page in walk(sort) for key in page] == whole
        assert len(whole) == 40


@pytest.mark.parametrize("sort", SORTS)
def test_pages_backward_are_the_same_pages(sort: str) -> None:
    with sample_rows(40):
        whole = [row.pk for row in ask(sort).ordered()]
        page = ask(f"{sort}&after={ask(sort).page(20).after}").page(20)
        assert [row.pk for row in page.rows] == whole[20:40]
        assert page.first == 21
        back = ask(f"{sort}&before={page.before}").page(7)
        assert [row.pk for row in back.rows] == whole[13:20]
        assert back.first == 14


def test_rows_that_arrive_meanwhile_do_not_shift_the_next_page() -> None:
    with sample_rows(20):
        whole = [row.pk for row in ask().ordered()]
        after = ask().page(10).after
        with sample_rows(5, at="2026-12-31T00:00:00Z"):
            assert [row.pk for row in ask(f"after={after}").page(10).rows] == whole[10:20]


@pytest.mark.parametrize("cursor", ["x", "bm9uc2Vuc2U", "W1siaWQiXSwgWyJ4Il0sIDFd", "eyJhIjogMX0"])
def test_a_damaged_cursor_gives_the_first_page(cursor: str) -> None:
    with sample_rows(12):
        first = [row.pk for row in ask().page(10).rows]
        assert [row.pk for row in ask(f"after={cursor}").page(10).rows] == first


def test_the_count_stops_at_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_query, "COUNT_LIMIT", 10)
    with sample_rows(30):
        assert ask().count() == 11
        assert ask("q=Row 2").count() == 11
        assert ask("q=Row 29").count() == 1


def test_at_most_three_sorts_and_only_known_columns() -> None:
    with company_scope(BOSS):
        keys = ask("sort=actor,-actor,nonsense,-at,rank,third").sort_keys
        assert [(key.path, key.descending) for key in keys] == [("actor", False), ("at", True), ("rank", False), ("id", False)]


def test_a_hidden_column_is_gone_everywhere() -> None:
    with sample_rows(20):
        assert "rank" in [column.name for column in ask().columns]
        hidden = ask("sort=rank&rank_min=4&q=3", actor=CLERK)
        assert "rank" not in [column.name for column in hidden.columns]
        assert [key.path for key in hidden.sort_keys] == ["at", "id"]
        assert list(hidden.filterset.filters) == ["actor"]  # type: ignore[union-attr]
        assert "rank" not in str(hidden.queryset.query.where)
        assert hidden.totals() == {}
        assert set(ask(actor=BOSS).totals()) == {"rank"}


def test_a_hidden_column_is_not_exported() -> None:
    with sample_rows(3):
        text = b"".join(list_view(SCREEN)(request_of(CLERK, "/?export=csv"))).decode()  # type: ignore[arg-type]
        assert "Rank" not in text
        assert "Rank" in b"".join(list_view(SCREEN)(request_of(BOSS, "/?export=csv"))).decode()  # type: ignore[arg-type]


def test_without_the_permission_the_list_does_not_open() -> None:
    with pytest.raises(PermissionDenied):
        list_view(SCREEN)(request_of(OUTSIDER))


@pytest.mark.parametrize("number", [2, 50])
def test_a_page_costs_the_same_for_two_rows_and_fifty(number: int) -> None:
    with sample_rows(number):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            html = list_view(SCREEN)(request_of(BOSS)).content.decode()  # type: ignore[attr-defined]
        assert html.count("data-url=") == number
        assert len(queries) == 4  # rows, count, layout, totals


def test_the_layout_is_remembered_for_the_person() -> None:
    data = {
        "save": "layout",
        "columns": ["at", "actor", "rank", "nonsense"],
        "widths": '{"at": 9999, "x": 1}',
        "density": "compact",
    }
    with sample_rows(3):
        list_view(SCREEN)(request_of(CLERK, "/", data))
        saved = ListPreference.objects.get(user_id=1, list_name="sample")
        assert (saved.columns, saved.widths, saved.density) == (["at", "actor"], {"at": 800}, "compact")
        html = list_view(SCREEN)(request_of(CLERK)).content.decode()  # type: ignore[attr-defined]
        assert "w-density-compact" in html
        assert 'data-name="actor_label" aria-sort' not in html


def bulk_screen(seen: list[int]) -> Any:
    from dataclasses import replace

    def perform(_request: Any, ids: list[int]) -> BulkOutcome:
        seen.extend(ids)
        return BulkOutcome(done=len(ids))

    verb = BulkVerb(name="mark", label="Mark", permission="kit.secret", perform=perform)
    return replace(SCREEN, bulk=(verb,))


def test_a_bulk_verb_gets_the_ticked_rows_or_all_that_match() -> None:
    with sample_rows(12):
        ids = [row.pk for row in ask().ordered()]
        seen: list[int] = []
        view = list_view(bulk_screen(seen))
        view(request_of(BOSS, "/", {"verb": "mark", "ids": [ids[3], ids[5], 999999999, "²", "9" * 30]}))
        assert seen == [ids[3], ids[5]]
        seen.clear()
        html = view(request_of(BOSS, "/", {"verb": "mark", "all": "1", "query": "actor=user:1"})).content.decode()  # type: ignore[attr-defined]
        assert len(seen) == 3
        assert "3 done." in html


def test_a_bulk_verb_without_its_permission_does_nothing() -> None:
    with sample_rows(3):
        seen: list[int] = []
        list_view(bulk_screen(seen))(request_of(CLERK, "/", {"verb": "mark", "all": "1"}))
        assert seen == []
