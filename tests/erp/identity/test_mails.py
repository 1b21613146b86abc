"""A mail is a row first: the request sends nothing and asks nobody; the worker sends, tries again, and gives up in the end."""

import datetime
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.mails import MAX_ATTEMPTS, send_due
from erp.identity.models import Company, Mail, Membership, User
from erp.identity.operations.invite_people import Invitation, invite_people
from erp.identity.roles import Role
from tests.support.cast import AT, counted_statements, person

RESET = reverse("identity:password_reset")
SITE = "https://weft.example/"


@pytest.fixture
def ann(acme: Company) -> User:
    user = User.objects.create_user(username="ann", email="ann@acme.example", password="correct horse battery")
    Membership.objects.create(user=user, company=acme, role=Role.SALESPERSON)
    return user


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Set the time with `at(minutes)` after the day of the tests began."""

    def set_to(minutes: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: AT + datetime.timedelta(minutes=minutes))

    set_to(0)
    return set_to


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """While its last entry is true, the mail server refuses."""
    switch = [True]
    send = EmailBackend.send_messages

    def maybe(self: EmailBackend, messages: Any) -> int:
        if switch[-1]:
            raise ConnectionRefusedError("no server there")
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", maybe)
    return switch


def ask(client: Client, address: str) -> int:
    """Ask for a new password; how many statements it took."""
    with counted_statements() as made:
        assert client.post(RESET, {"email": address}).status_code == 302
        return made()


def test_a_request_for_a_known_address_does_what_one_for_an_unknown_address_does(client: Client, ann: User) -> None:
    known, unknown = ask(client, "ann@acme.example"), ask(client, "nobody@acme.example")
    assert known == unknown
    assert mail.outbox == []
    rows = list(Mail.objects.order_by("id").values("kind", "state", "attempts", "company", "last_error"))
    assert rows[0] == rows[1] == {"kind": "password_reset", "state": "waiting", "attempts": 0, "company": None, "last_error": ""}


def test_the_worker_writes_to_who_has_the_address_and_closes_the_rest(client: Client, ann: User) -> None:
    ask(client, "Ann@acme.example")
    ask(client, "nobody@acme.example")
    assert send_due() == 2
    [message] = mail.outbox
    assert message.to == ["ann@acme.example"] and "http://testserver/account/password/" in message.body
    assert dict(Mail.objects.values_list("address", "state")) == {"ann@acme.example": "sent", "nobody@acme.example": "nobody"}
    assert send_due() == 0


def test_no_row_holds_a_link_that_opens_a_door(client: Client, ann: User) -> None:
    ask(client, "ann@acme.example")
    send_due()
    [row] = Mail.objects.values()
    secret = mail.outbox[0].body.split("/account/password/")[1].split("/")[1]
    assert len(secret) > 20 and secret not in str(row)


def test_asking_ten_times_before_the_worker_comes_is_one_mail(client: Client, ann: User) -> None:
    for _ in range(10):
        ask(client, "ann@acme.example")
    assert send_due() == 1
    ask(client, "ann@acme.example")
    assert send_due() == 1
    assert len(mail.outbox) == 2


def test_a_failing_server_is_tried_again_later_and_the_mail_goes_out_once(
    client: Client, ann: User, at: Any, refusing: list[bool]
) -> None:
    ask(client, "ann@acme.example")
    assert send_due() == 1
    row = Mail.objects.get()
    assert (row.state, row.attempts, row.available_at) == ("waiting", 1, AT + datetime.timedelta(seconds=10))
    assert row.last_error == "ConnectionRefusedError: no server there"
    assert send_due() == 0
    refusing.append(False)
    at(1)
    assert (send_due(), send_due()) == (1, 0)
    assert len(mail.outbox) == 1
    assert Mail.objects.get().sent_at == AT + datetime.timedelta(minutes=1)


def test_a_mail_that_never_goes_out_is_given_up(client: Client, ann: User, at: Any, refusing: list[bool]) -> None:
    ask(client, "ann@acme.example")
    tried = 0
    for hours in range(2 * MAX_ATTEMPTS):
        at(60 * 3 * hours)
        tried += send_due()
    assert tried == MAX_ATTEMPTS
    assert Mail.objects.get().state == "failed"


def test_a_mail_that_ends_its_worker_is_given_up_too(client: Client, ann: User, at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(*_args: Any) -> None:
        raise SystemExit

    ask(client, "ann@acme.example")
    monkeypatch.setattr(EmailBackend, "send_messages", end)
    for minutes in range(0, 5 * MAX_ATTEMPTS, 5):
        at(minutes)
        with pytest.raises(SystemExit):
            send_due()
    at(5 * MAX_ATTEMPTS)
    assert send_due() == 0
    assert Mail.objects.get().state == "failed"


def test_an_invitation_and_its_mail_are_one_transaction(acme: Company) -> None:
    draft = Invitation(email="new@acme.example", display_name="New", role=Role.BUYER, language="zh-hans")
    director = person(acme, Role.MANAGING_DIRECTOR)
    with company_scope(director):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            invite_people(invitations=[draft], site=SITE, actor=director, at=AT)
            _ = 1 // 0
        assert send_due() == 0
        invite_people(invitations=[draft], site=SITE, actor=director, at=AT)
    assert mail.outbox == []
    assert send_due() == 1
    [message] = mail.outbox
    assert "邀请" in message.body and "https://weft.example/account/welcome/" in message.body


def test_an_invitation_that_was_ended_before_it_was_sent_is_not_sent(acme: Company) -> None:
    draft = Invitation(email="new@acme.example", display_name="New", role=Role.BUYER)
    director = person(acme, Role.MANAGING_DIRECTOR)
    with company_scope(director):
        invite_people(invitations=[draft], site=SITE, actor=director, at=AT)
    Membership.objects.update(active=False)
    assert send_due() == 1
    assert mail.outbox == [] and Mail.objects.get().state == "nobody"


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_send_the_same_mail(client: Client, ann: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one is sending, the other finds nothing that is due."""
    import threading

    ask(client, "ann@acme.example")
    others: list[int] = []

    def other() -> None:
        others.append(send_due())
        connections.close_all()

    def meanwhile(_self: EmailBackend, messages: Any) -> int:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(60)
        return len(messages)

    monkeypatch.setattr(EmailBackend, "send_messages", meanwhile)
    assert (send_due(), others) == (1, [0])
