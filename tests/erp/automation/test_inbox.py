"""The inbox: raised by refusals, settled once, done with one click."""

import datetime
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from erp.automation.actions import UnknownAction, find_action, register_action, unregister_action
from erp.automation.models import ExceptionItem
from erp.automation.operations.raise_exceptions import Refused, raise_exceptions, reason_of
from erp.automation.operations.run_exceptions import run_exceptions
from erp.automation.operations.settle_exceptions import settle_exceptions, settle_for
from erp.automation.queries import SENTENCES, list_exceptions, sentence_of
from erp.core.actor import Actor, system_actor
from erp.core.errors import BusinessRuleViolation, NotFound, PermissionDenied, Refusals, WrongState
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.documents.models import History
from erp.identity.models import Company
from erp.identity.roles import Role, declare
from tests.support.cast import AT, found, person

TEST_VERB = declare("test.confirm", Role.SALES_MANAGER)


class TooExpensive(BusinessRuleViolation):
    code = "test_too_expensive"
    message = _("%(document)s costs %(cost)s.")
    remedy = _("Ask for a discount.")


def refuse(actor: Actor, *numbers: int, verb: str = "confirm", reason: BusinessRuleViolation | None = None) -> list[int]:
    reasons = [reason or TooExpensive(document=f"SO-{n}", cost=n) for n in numbers]
    items = [
        Refused(
            verb=verb,
            kind="sales_order",
            document_id=n,
            number=f"SO-{n}",
            event_id=n,
            owner_role=Role.SALES_MANAGER,
            reason=reason_of(r),
        )
        for n, r in zip(numbers, reasons, strict=True)
    ]
    raise_exceptions(items=items, actor=actor, at=AT)
    return list(list_exceptions().filter(verb=verb, document_id__in=numbers).values_list("id", flat=True))


@pytest.fixture
def confirmed() -> Iterator[list[int]]:
    """What the registered action was asked to confirm; afterwards the product's own action is back."""
    done: list[int] = []
    own = find_action("confirm", "sales_order")

    def confirm(document_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
        done.extend(document_ids)

    register_action("confirm", "sales_order", confirm, TEST_VERB, _("Confirm"))
    yield done
    if own is None:
        unregister_action("confirm", "sales_order")
    else:
        register_action(own.verb, own.kind, own.run, own.permission, own.label, conditions=own.conditions)


def test_a_refusal_is_read_as_a_sentence_with_its_remedy(in_acme: Actor) -> None:
    refuse(in_acme, 3)
    assert sentence_of(ExceptionItem.objects.get().reason) == "SO-3 costs 3. Ask for a discount."


def test_a_reason_of_an_unknown_code_or_with_missing_values_stays_readable() -> None:
    assert sentence_of({"code": "gone", "params": {}}) == "gone"
    assert sentence_of({"code": "test_too_expensive", "params": {}}) == "… costs …. Ask for a discount."
    assert sentence_of({"code": "", "params": {}}) == ""


def test_every_reason_that_a_flow_gives_is_a_sentence() -> None:
    flows = Path(settings.BASE_DIR, "integration", "flows").glob("*.py")
    codes = {code for flow in flows for code in re.findall(r'"code": "(\w+)"', flow.read_text())}
    assert codes and codes <= set(SENTENCES)


def test_the_sentence_is_made_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TooExpensive, "message", _("Language: %(document)s"))
    with translation.override("zh-hans"):
        assert "SO-1" in sentence_of({"code": "test_too_expensive", "params": {"document": "SO-1"}})


def test_settling_names_who_and_when_and_history_keeps_it(in_acme: Actor) -> None:
    ids = refuse(in_acme, 1, 2)
    assert settle_exceptions(exception_ids=ids, outcome="dismissed", actor=in_acme, at=AT) == 2
    item = ExceptionItem.objects.get(pk=ids[0])
    assert (item.state, item.settled_at, item.settled_by) == ("dismissed", AT, "system:test")
    assert History.objects.filter(table_name="automation_exceptionitem").count() == 2


def test_a_second_press_is_refused_and_all_refusals_come_at_once(in_acme: Actor) -> None:
    ids = refuse(in_acme, 1, 2)
    settle_exceptions(exception_ids=ids[:1], outcome="done", actor=in_acme, at=AT)
    with pytest.raises(WrongState, match="SO-1 is already done"):
        settle_exceptions(exception_ids=ids[:1], outcome="done", actor=in_acme, at=AT)
    with pytest.raises(Refusals) as refused:
        settle_exceptions(exception_ids=[*ids, 10**6], outcome="done", actor=in_acme, at=AT)
    assert [type(refusal) for refusal in refused.value.refusals] == [WrongState, NotFound]
    assert ExceptionItem.objects.get(pk=ids[1]).state == "open"


def test_the_verb_that_happened_after_all_closes_what_waited_for_it(in_acme: Actor) -> None:
    refuse(in_acme, 1, 2)
    refuse(in_acme, 1, verb="deliver")
    assert settle_for(verb="confirm", kind="sales_order", document_ids=[1], actor=in_acme, at=AT) == 1
    assert set(list_exceptions().values_list("verb", "document_id")) == {("confirm", 2), ("deliver", 1)}
    assert settle_for(kind="sales_order", document_ids=[1, 2], actor=in_acme, at=AT, outcome="dismissed") == 2
    assert settle_for(verb="confirm", kind="sales_order", document_ids=[1], actor=in_acme, at=AT) == 0


def test_one_click_does_the_verb_as_the_person_and_closes_the_item(acme: Company, confirmed: list[int], in_acme: Actor) -> None:
    ids = refuse(in_acme, 1, 2)
    manager = person(acme, Role.SALES_MANAGER)
    with company_scope(manager):
        assert run_exceptions(exception_ids=ids, actor=manager, at=AT) == 2
    assert confirmed == [1, 2]
    assert set(ExceptionItem.objects.values_list("state", "settled_by")) == {("done", "user:1")}
    with pytest.raises(WrongState):
        run_exceptions(exception_ids=ids[:1], actor=manager, at=AT)
    assert confirmed == [1, 2]


def test_one_click_needs_the_permission_of_the_verb_itself(acme: Company, confirmed: list[int], in_acme: Actor) -> None:
    ids = refuse(in_acme, 1)
    with pytest.raises(PermissionDenied, match="test.confirm"):
        run_exceptions(exception_ids=ids, actor=person(acme, Role.SALESPERSON), at=AT)
    assert confirmed == []


def test_a_verb_nobody_registered_is_refused(in_acme: Actor) -> None:
    with pytest.raises(UnknownAction, match="Open the document"):
        run_exceptions(exception_ids=refuse(in_acme, 1, verb="levitate"), actor=in_acme, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_people_pressing_at_once_do_it_once_and_the_second_is_told(confirmed: list[int]) -> None:
    actor = system_actor(found().pk, "test")
    ids = run_unit(actor, lambda: refuse(actor, 1))
    together = threading.Barrier(2)

    def press() -> str:
        try:
            together.wait()
            run_unit(actor, lambda: run_exceptions(exception_ids=ids, actor=actor, at=AT))
        except WrongState as refused:
            return refused.sentence
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as people:
        answers = sorted(future.result() for future in [people.submit(press), people.submit(press)])
    assert answers == ["SO-1 is already done. Reload the page to see what happened to it.", "done"]
    assert confirmed == [1]
