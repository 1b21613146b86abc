"""The inbox with its one click, and the rules, as people of several roles see them."""

from decimal import Decimal

from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from erp.automation.models import ExceptionItem, Rule
from erp.automation.operations.raise_exceptions import Refused, write_exceptions
from erp.automation.operations.save_rules import RuleDraft, save_rules
from erp.core.scope import company_scope
from erp.identity.roles import Role
from tests.support.cast import AT, TODAY, counted_statements
from tests.support.trade import LogIn, Trade

INBOX, RULES = reverse("automation:inbox"), reverse("automation:rules")


def refuse(trade: Trade, *orders: int, verb: str = "confirm", owner: str = Role.SALES_MANAGER) -> list[int]:
    reason = {"code": "over_limit", "params": {"amount": "120.00", "limit": "100.00"}}
    facts = {"verb": verb, "kind": "sales_order", "event_id": 1, "owner_role": owner, "reason": reason}
    with company_scope(trade.actor):
        write_exceptions([Refused(document_id=pk, number=f"SO-{pk}", **facts) for pk in orders], at=AT)  # type: ignore[arg-type]
        return list(ExceptionItem.objects.filter(document_id__in=orders).order_by("id").values_list("id", flat=True))


def states(trade: Trade) -> list[str]:
    with company_scope(trade.actor, read_only=True):
        return list(ExceptionItem.objects.order_by("id").values_list("state", flat=True))


def body(client: Client, url: str = INBOX) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return response.content.decode()


def press(client: Client, verb: str, *ids: int, query: str = "") -> str:
    """What the page says after a press in a row or on the bar below."""
    response = client.post(INBOX, {"verb": verb, "ids": list(ids), "all": "0", "query": query})
    outcome = response.context["outcome"]
    return " ".join([f"{outcome.done} done", *(f"{one.label}: {one.sentence}" for one in outcome.refused)])


def test_a_row_says_what_waits_why_whose_it_is_and_opens_the_document(trade: Trade, log_in: LogIn) -> None:
    order = trade.order()
    refuse(trade, order)
    page = body(log_in(Role.SALES_MANAGER))
    words = " ".join(strip_tags(page.replace("<", " <")).split())
    assert "Confirm order The amount of 120.00 is above the limit of 100.00. Sales manager" in words
    assert f'href="{reverse("sales:order", args=[order])}?list=all"' in page


def test_one_click_runs_the_verb_and_a_second_press_gets_one_clear_message(trade: Trade, log_in: LogIn) -> None:
    [pk] = refuse(trade, trade.order())
    client = log_in(Role.SALES_MANAGER)
    assert f'"verb": "run", "ids": "{pk}"' in body(client)
    assert press(client, "run", pk) == "1 done"
    again = press(client, "run", pk)
    assert again.startswith("0 done SO-") and again.count("is already done") == 1
    assert "Nothing waits for anybody" in body(client)


def test_a_set_is_done_as_far_as_possible_and_the_refused_one_is_named(trade: Trade, log_in: LogIn) -> None:
    ids = refuse(trade, trade.order(), trade.order(), trade.order("confirmed"), trade.order())
    said = press(log_in(Role.SALES_MANAGER), "run", *ids)
    assert said.startswith("3 done SO-") and "is already confirmed" in said
    assert states(trade) == ["done", "done", "open", "done"]


def test_dismissing_leaves_the_document_alone(trade: Trade, log_in: LogIn) -> None:
    ids = refuse(trade, trade.order(), trade.order())
    client = log_in(Role.SALES_MANAGER)
    assert press(client, "dismiss", *ids) == "2 done"
    assert states(trade) == ["dismissed", "dismissed"]
    assert "is already dismissed" in press(client, "dismiss", ids[0])


def test_the_page_says_what_was_done_and_opens_what_was_refused(trade: Trade, log_in: LogIn) -> None:
    order = trade.order()
    [pk] = refuse(trade, order)
    client, data = log_in(Role.SALES_MANAGER), {"verb": "run", "ids": [pk], "all": "0", "query": ""}
    assert f"Done: SO-{order}." in client.post(INBOX, data).content.decode()
    again = client.post(INBOX, data).content.decode()
    assert "<details open>" in again and "is already done" in again


def test_nobody_dismisses_what_waits_for_others(trade: Trade, log_in: LogIn) -> None:
    [sale] = refuse(trade, trade.order())
    [invoice] = refuse(trade, trade.order(), verb="invoice", owner=Role.ACCOUNTANT)
    for role in (Role.SALESPERSON, Role.WAREHOUSE_CLERK, Role.BUYER, Role.ACCOUNTANT):
        assert "waits for others: Sales manager. Leave it to them" in press(log_in(role), "dismiss", sale)
    assert "waits for others: Accountant." in press(log_in(Role.SALES_MANAGER), "dismiss", invoice)
    assert press(log_in(Role.FINANCE_MANAGER), "dismiss", invoice) == "1 done"
    assert press(log_in(Role.MANAGING_DIRECTOR), "dismiss", sale) == "1 done"


def test_who_may_do_the_verb_may_dismiss_it(trade: Trade, log_in: LogIn) -> None:
    [pk] = refuse(trade, trade.order(), owner=Role.ACCOUNTANT)
    assert press(log_in(Role.SALES_MANAGER), "dismiss", pk) == "1 done"


def test_the_button_of_a_row_asks_before_it_dismisses(trade: Trade, log_in: LogIn) -> None:
    refuse(trade, trade.order())
    page = body(log_in(Role.SALES_MANAGER))
    [button] = [tag for tag in page.split("<button") if '"verb": "dismiss"' in tag]
    assert 'data-count="1"' in button
    assert 'data-confirm-one="Dismiss this exception. Nothing is done about its document."' in button


def test_what_was_dismissed_is_reopened_by_those_who_may_dismiss_it(trade: Trade, log_in: LogIn) -> None:
    order = trade.order()
    [pk] = refuse(trade, order)
    manager, dismissed = log_in(Role.SALES_MANAGER), f"{INBOX}?state=dismissed"
    assert f"SO-{order} is already open" in press(manager, "reopen", pk)
    press(manager, "dismiss", pk)
    assert '"verb": "reopen"' in body(manager, dismissed)
    clerk = log_in(Role.WAREHOUSE_CLERK)
    assert '"verb": "reopen"' not in body(clerk, dismissed) and "waits for others" in press(clerk, "reopen", pk)
    assert press(manager, "reopen", pk) == "1 done"
    with company_scope(trade.actor, read_only=True):
        item = ExceptionItem.objects.get()
    assert (item.state, item.settled_at, item.settled_by) == ("open", None, "")


def test_one_that_came_again_is_not_opened_twice(trade: Trade, log_in: LogIn) -> None:
    order, manager = trade.order(), log_in(Role.SALES_MANAGER)
    [first] = refuse(trade, order)
    press(manager, "dismiss", first)
    [_first, second] = refuse(trade, order)
    assert "waits again for the same step. Settle the open exception" in press(manager, "reopen", first)
    press(manager, "dismiss", second)
    assert press(manager, "reopen", first, second).startswith("1 done")
    assert sorted(states(trade)) == ["dismissed", "open"]


def test_open_ones_are_shown_until_the_reader_asks_for_others(trade: Trade, log_in: LogIn) -> None:
    orders = [trade.order() for _ in range(3)]
    ids = refuse(trade, *orders)
    client = log_in(Role.SALES_MANAGER)
    press(client, "dismiss", ids[0])
    counts = {
        query: client.get(f"{INBOX}{query}").context["page"].count
        for query in ("", "?state=open", "?state=dismissed", "?state=all")
    }
    assert counts == {"": 2, "?state=open": 2, "?state=dismissed": 1, "?state=all": 3}
    page = client.get(INBOX).context["page"]
    assert [(chip.value, chip.remove_url) for chip in page.chips] == [("Open", "?state=all")] and not page.narrowed
    assert client.get(f"{INBOX}?owner=buyer&owner=sales_manager").context["page"].count == 2
    assert client.get(f"{INBOX}?owner=buyer").context["page"].count == 0


def test_a_filter_value_nobody_knows_lists_nothing_and_is_named(trade: Trade, log_in: LogIn) -> None:
    refuse(trade, trade.order(), trade.order())
    client = log_in(Role.SALES_MANAGER)
    page = body(client, f"{INBOX}?state=zzz&owner=pope")
    assert "The filter “State” does not know “zzz”. The filter “Owner” does not know “pope”." in page
    response = client.post(INBOX, {"verb": "dismiss", "all": "1", "query": "state=zzz"})
    assert response.context["outcome"].done == 0 and states(trade) == ["open", "open"]
    orders = reverse("sales:orders")
    assert "The filter “Date” does not know “≥ foo”." in body(client, f"{orders}?date_after=foo")
    assert "The filter" not in body(client, f"{orders}?state=&date_after=&date_before=")


def test_everything_that_matches_means_the_open_ones_alone(trade: Trade, log_in: LogIn) -> None:
    ids = refuse(trade, trade.order(), trade.order())
    client = log_in(Role.SALES_MANAGER)
    press(client, "dismiss", ids[0])
    response = client.post(INBOX, {"verb": "run", "all": "1", "query": ""})
    assert response.context["outcome"].done == 1
    assert states(trade) == ["dismissed", "done"]


def test_the_click_is_offered_to_those_only_who_may_do_the_verb(trade: Trade, log_in: LogIn) -> None:
    [pk] = refuse(trade, trade.order())
    clerk = log_in(Role.WAREHOUSE_CLERK)
    assert '"verb": "run"' not in body(clerk) and '"verb": "dismiss"' not in body(clerk)
    assert "You do not have the permission" in press(clerk, "run", pk)
    assert log_in(Role.PRODUCTION_OPERATOR).get(INBOX).status_code == 403
    assert states(trade) == ["open"]


def test_the_inbox_costs_the_same_statements_for_two_rows_and_for_many(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.ADMINISTRATOR)
    refuse(trade, *(trade.order() for _ in range(2)))
    few = [_statements(client, url) for url in (INBOX, RULES)]
    refuse(trade, *(trade.order() for _ in range(10)))
    with company_scope(trade.actor):
        drafts = [RuleDraft(verb="confirm", name=f"Rule {n}", valid_from_date=TODAY) for n in range(10)]
        save_rules(drafts=drafts, actor=trade.actor, at=AT)
    assert [_statements(client, url) for url in (INBOX, RULES)] == few


def _statements(client: Client, url: str) -> int:
    body(client, url)
    with counted_statements() as count:
        body(client, url)
        return count()


RULE = {
    "name": "Small orders of Zen",
    "verb": "confirm",
    "limit_amount": "250.50",
    "customer": "ZEN",
    "valid_from_date": "2026-03-01",
    "priority": "",
}


def test_a_manager_writes_a_rule_and_changes_it(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.FINANCE_MANAGER)
    assert client.post(reverse("automation:new_rule"), RULE).url == RULES  # type: ignore[attr-defined]
    with company_scope(trade.actor, read_only=True):
        rule = Rule.objects.get(name=RULE["name"])
    assert (rule.condition, rule.limit_amount, rule.priority) == ({"customer": "ZEN"}, Decimal("250.50"), 0)
    page = body(client, RULES)
    assert "Customer = ZEN" in page and "250.50" in page and "In force" in page
    form = reverse("automation:rule", args=[rule.pk])
    assert 'value="250.5"' in body(client, form)
    client.post(form, {**RULE, "customer": "", "valid_to_date": "2026-03-31"})
    with company_scope(trade.actor, read_only=True):
        rule.refresh_from_db()
    assert rule.condition == {} and str(rule.valid_to_date) == "2026-03-31"


def test_conditions_set_by_a_program_survive_the_form(trade: Trade, log_in: LogIn) -> None:
    with company_scope(trade.actor):
        draft = RuleDraft(verb="deliver", name="Whole", valid_from_date=TODAY, condition={"complete": True, "warehouse": "MAIN"})
        [pk] = save_rules(drafts=[draft], actor=trade.actor, at=AT)
    client = log_in(Role.ADMINISTRATOR)
    form = reverse("automation:rule", args=[pk])
    assert "Completely reserved = Yes" in body(client, form)
    client.post(form, {**RULE, "verb": "deliver"})
    with company_scope(trade.actor, read_only=True):
        assert Rule.objects.get(pk=pk).condition == {"complete": True, "customer": "ZEN"}


def test_a_wrong_rule_is_told_beside_its_fields(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.FINANCE_MANAGER)
    page = client.post(reverse("automation:new_rule"), {**RULE, "limit_amount": "-1", "valid_to_date": "2026-01-01"})
    errors = page.context["form"].errors
    assert errors.keys() == {"limit_amount", "valid_to_date"} and "A limit is zero or more." in errors["limit_amount"][0]


def test_rules_are_for_those_who_may_write_them(trade: Trade, log_in: LogIn) -> None:
    client = log_in(Role.SALES_MANAGER)
    for url in (RULES, reverse("automation:new_rule"), reverse("automation:rule", args=[1])):
        assert client.get(url).status_code == 403
    assert log_in(Role.FINANCE_MANAGER).get(reverse("automation:rule", args=[10**9])).status_code == 404
