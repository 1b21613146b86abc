"""The door: log-in with lockout, lost password, invitation, choice of company."""

import re
from collections.abc import Iterator

import pytest
from axes.utils import reset
from django.core import mail
from django.test import Client
from django.urls import reverse

from erp.identity.mails import send_due
from erp.identity.models import Company, Mail, Membership, User
from erp.identity.roles import Role
from tests.support.trade import LogIn

PASSWORD = "correct horse battery"
LOGIN = "/account/login/"


@pytest.fixture
def ann(acme: Company) -> User:
    user = User.objects.create_user(username="ann", email="ann@acme.example", password=PASSWORD)
    Membership.objects.create(user=user, company=acme, role=Role.SALESPERSON)
    return user


@pytest.fixture(autouse=True)
def fresh_attempts(db: None) -> Iterator[None]:
    reset()
    yield
    reset()


def link_in_mail() -> str:
    """The link in the newest mail, once the worker has sent what waits."""
    send_due()
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)
    assert found, mail.outbox[-1].body
    return found.group(1)


def test_logging_in_leads_to_where_one_wanted_to_go_and_out_again(client: Client, ann: User) -> None:
    orders = reverse("sales:orders")
    asked = client.get(orders)
    assert asked.status_code == 302 and asked.headers["Location"] == f"{LOGIN}?next={orders}"
    entered = client.post(asked.headers["Location"], {"username": "ann", "password": PASSWORD, "next": orders})
    assert entered.headers["Location"] == orders and client.get(orders).status_code == 200
    assert client.get(reverse("identity:logout")).status_code == 405
    client.post(reverse("identity:logout"))
    assert client.get(orders).status_code == 302


def test_another_host_is_never_gone_to_after_log_in(client: Client, ann: User) -> None:
    answer = client.post(LOGIN, {"username": "ann", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer.headers["Location"] == reverse("home")


def test_five_wrong_passwords_lock_the_log_in_even_for_the_right_one(client: Client, ann: User) -> None:
    for _ in range(4):
        assert client.post(LOGIN, {"username": "ann", "password": "wrong"}).status_code == 200
    locked = client.post(LOGIN, {"username": "ann", "password": "wrong"})
    assert locked.status_code in (403, 429) and "Too many attempts" in locked.content.decode()
    assert "Too many attempts" in client.post(LOGIN, {"username": "ann", "password": PASSWORD}).content.decode()
    assert client.get(reverse("home")).status_code == 302


def test_a_lost_password_is_reset_by_mail_once(client: Client, ann: User) -> None:
    answer = client.post(reverse("identity:password_reset"), {"email": "ann@acme.example"}, follow=True)
    assert "a link is on its way" in answer.content.decode()
    link = link_in_mail()
    form = client.get(link, follow=True)
    new = {"new_password1": "another 1 horse", "new_password2": "another 1 horse"}
    saved = client.post(form.request["PATH_INFO"], new, follow=True)
    assert "You can log in with it now." in saved.content.decode()
    assert client.post(LOGIN, {"username": "ann", "password": "another 1 horse"}).headers["Location"] == reverse("home")
    assert "used already or is too old" in Client().get(link, follow=True).content.decode()


def test_a_reset_password_opens_the_log_in_that_was_locked_and_no_other(client: Client, ann: User) -> None:
    for name in ("ann", "ben"):
        for _ in range(5):
            client.post(LOGIN, {"username": name, "password": "wrong"})
    client.post(reverse("identity:password_reset"), {"email": "ann@acme.example"})
    form = client.get(link_in_mail(), follow=True)
    client.post(form.request["PATH_INFO"], {"new_password1": "another 1 horse", "new_password2": "another 1 horse"})
    assert "Too many attempts" in client.post(LOGIN, {"username": "ben", "password": "x"}).content.decode()
    assert client.post(LOGIN, {"username": "ann", "password": "another 1 horse"}).headers["Location"] == reverse("home")


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client, ann: User) -> None:
    answer = client.post(reverse("identity:password_reset"), {"email": "nobody@acme.example"}, follow=True)
    assert "a link is on its way" in answer.content.decode()
    assert send_due() == 1 and not mail.outbox


def test_a_director_invites_somebody_who_chooses_a_password_and_is_in(acme: Company, log_in: LogIn) -> None:
    director = log_in(Role.MANAGING_DIRECTOR)
    data = {"email": "New@Acme.example", "display_name": "新人 Nadia", "role": "buyer", "language": "en"}
    page = director.post(reverse("people:invite"), data, follow=True).content.decode()
    assert "The invitation to new@acme.example is on its way." in page and "新人 Nadia" in page and "Invited" in page
    guest, link = Client(), link_in_mail()
    assert "You are invited to Acme." in guest.get(link).content.decode()
    weak = guest.post(link, {"display_name": "Nadia", "new_password1": "1234", "new_password2": "1234"})
    assert "w-error" in weak.content.decode()
    words = {"display_name": "Nadia", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert guest.post(link, words).headers["Location"] == reverse("home")
    assert "Nadia" in guest.get(reverse("home")).content.decode()
    again = Client().get(link)
    assert again.status_code == 404 and "does not work any more" in again.content.decode()


def test_the_door_of_people_is_for_those_who_manage_them(acme: Company, log_in: LogIn) -> None:
    seller = log_in(Role.SALES_MANAGER)
    for name in ("people:people", "people:invite"):
        assert seller.get(reverse(name)).status_code == 403
    assert seller.post(reverse("people:invite"), {}).status_code == 403


def test_only_an_administrator_makes_administrators_and_nobody_gets_a_role_twice(acme: Company, log_in: LogIn) -> None:
    director, admin = log_in(Role.MANAGING_DIRECTOR), log_in(Role.ADMINISTRATOR)
    data = {"email": "root@acme.example", "display_name": "Root", "role": "administrator"}
    assert "Only an administrator" in director.post(reverse("people:invite"), data).content.decode()
    assert not User.objects.filter(email="root@acme.example").exists() and not Mail.objects.exists()
    assert admin.post(reverse("people:invite"), data).status_code == 302
    assert "has this role already" in admin.post(reverse("people:invite"), data).content.decode()
    assert "w-error" in admin.post(reverse("people:invite"), {**data, "email": "no address", "role": "king"}).content.decode()


def test_somebody_of_another_company_keeps_their_log_in(acme: Company, rival: Company, log_in: LogIn) -> None:
    user = User.objects.create_user(username="max", email="max@rival.example", password=PASSWORD)
    Membership.objects.create(user=user, company=rival, role=Role.ACCOUNTANT)
    data = {"email": "max@rival.example", "display_name": "Other name", "role": "accountant"}
    log_in(Role.ADMINISTRATOR).post(reverse("people:invite"), data)
    send_due()
    assert LOGIN in mail.outbox[-1].body and "/welcome/" not in mail.outbox[-1].body
    user.refresh_from_db()
    assert user.check_password(PASSWORD) and user.memberships.count() == 2


def test_ended_access_closes_the_company_at_once_but_not_ones_own(acme: Company, ann: User, log_in: LogIn) -> None:
    admin, guest = log_in(Role.ADMINISTRATOR), Client()
    guest.post(LOGIN, {"username": "ann", "password": PASSWORD})
    own = Membership.objects.get(user__username="administrator")
    ids = [Membership.objects.get(user=ann).pk, own.pk]
    page = admin.post(reverse("people:people"), {"verb": "end", "ids": ids, "query": ""}).content.decode()
    assert "1 refused (see)" in page and "You cannot end your own access." in page
    assert guest.get(reverse("home")).status_code == 302


def test_an_invitation_is_sent_again_only_to_those_who_have_not_come(acme: Company, ann: User, log_in: LogIn) -> None:
    admin = log_in(Role.ADMINISTRATOR)
    admin.post(reverse("people:invite"), {"email": "b@acme.example", "display_name": "B", "role": "buyer"})
    ids = list(Membership.objects.filter(user__email__in=["b@acme.example", ann.email]).values_list("pk", flat=True))
    send_due()
    page = admin.post(reverse("people:people"), {"verb": "again", "ids": ids, "query": ""}).content.decode()
    send_due()
    assert len(mail.outbox) == 2 and "needs no invitation" in page


def test_people_of_another_company_are_neither_shown_nor_ended(acme: Company, rival: Company, log_in: LogIn) -> None:
    spy = User.objects.create_user(username="spy", email="spy@rival.example", password=PASSWORD)
    other = Membership.objects.create(user=spy, company=rival, role=Role.ACCOUNTANT)
    admin = log_in(Role.ADMINISTRATOR)
    assert "spy@rival.example" not in admin.get(reverse("people:people")).content.decode()
    admin.post(reverse("people:people"), {"verb": "end", "ids": [other.pk], "query": ""})
    other.refresh_from_db()
    assert other.active


def test_the_company_is_chosen_among_ones_own_only(acme: Company, rival: Company, ann: User, client: Client) -> None:
    client.post(LOGIN, {"username": "ann", "password": PASSWORD})
    client.post(reverse("identity:switch_company"), {"company": rival.pk})
    assert "Rival" not in client.get(reverse("home")).content.decode()
    Membership.objects.create(user=ann, company=rival, role=Role.ACCOUNTANT)
    assert "Rival" in client.get(reverse("identity:switch_company")).content.decode()
    assert client.post(reverse("identity:switch_company"), {"company": rival.pk}).headers["Location"] == reverse("home")
    page = client.get(reverse("home")).content.decode()
    assert "· Rival</title>" in page and client.get(reverse("sales:orders")).status_code == 200
    for wrong in ("", "x", "99999"):
        client.post(reverse("identity:switch_company"), {"company": wrong})
    assert "· Rival</title>" in client.get(reverse("home")).content.decode()


def test_every_page_of_the_door_forbids_inline_script(client: Client, ann: User) -> None:
    policy = client.get(LOGIN).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe-inline" not in policy


@pytest.mark.parametrize("address", ["/sell/orders/?q=%00", "/go/?q=a%00b", "/stock/levels/?warehouse=%00"])
def test_an_address_with_a_null_character_is_a_bad_request(client: Client, ann: User, address: str) -> None:
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("address", ["/language/", "/account/company/"])
@pytest.mark.parametrize("following", ["nowhere", "²", '{"a"'])
def test_a_next_that_is_no_address_of_ours_is_no_error(client: Client, ann: User, address: str, following: str) -> None:
    client.force_login(ann, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(address, {"next": following}).status_code == 302
