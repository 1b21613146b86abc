"""Somebody of a supplier is in the company for that supplier and for nothing else."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from erp.core.errors import BusinessRuleViolation, Refusals
from erp.core.scope import company_scope
from erp.identity.access import find_actor, memberships_of, people_of, roles_of_users, user_names_of
from erp.identity.models import Company, Mail, Membership, User
from erp.identity.operations.invite_people import Invitation, invite_people
from erp.identity.roles import Role, permissions_of
from scm.suppliers.operations.supplier_people import end_supplier_person, invite_supplier_person
from tests.architecture.test_routes import routes
from tests.support.buying import Buying
from tests.support.cast import AT
from tests.support.trade import LogIn

SITE = "https://weft.example/"


def invite(buying: Buying, email: str = "sue@orion.example") -> User:
    actor = buying.trade.actor
    with company_scope(actor):
        pk = invite_supplier_person(
            supplier_id=buying.supplier, email=email, display_name="Sue", language="", site=SITE, actor=actor, at=AT
        )
    return User.objects.get(pk=pk)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_an_invited_person_acts_for_the_supplier_with_their_rights_and_gets_a_mail(buying: Buying) -> None:
    sue = invite(buying)
    company = buying.trade.actor.company_id
    actor = find_actor(sue.pk, company)
    assert actor is not None and actor.party_id == buying.supplier and actor.permissions == permissions_of(["supplier"])
    assert Mail.objects.get().address == "sue@orion.example"
    assert sue.pk not in people_of(company)
    assert roles_of_users([sue.pk], company) == {} and user_names_of(company, {sue.username}) == {}


def test_nobody_works_in_the_company_and_acts_for_a_supplier(buying: Buying, log_in: LogIn) -> None:
    actor = buying.trade.actor
    log_in(Role.BUYER)
    with pytest.raises((BusinessRuleViolation, Refusals), match="works in this company"):
        invite(buying, "buyer@acme.example")
    invite(buying)
    staff = Invitation(email="sue@orion.example", display_name="Sue", role=Role.BUYER)
    with pytest.raises((BusinessRuleViolation, Refusals), match="works in this company"), company_scope(actor):
        invite_people(invitations=[staff], site=SITE, actor=actor, at=AT)


def test_where_somebody_is_both_all_the_same_they_are_only_the_supplier(buying: Buying) -> None:
    sue = invite(buying)
    Membership.objects.create(user=sue, company_id=buying.trade.actor.company_id, role=Role.ADMINISTRATOR)
    [entry] = memberships_of(sue)
    assert (entry.roles, entry.party_id) == ([Role.SUPPLIER], buying.supplier)


def test_the_database_holds_role_and_supplier_together(acme: Company) -> None:
    user = User.objects.create_user(username="x", email="x@x.example")
    for role, party in ((Role.SUPPLIER, None), (Role.BUYER, 1)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=user, company=acme, role=role, party_id=party)


def test_ended_access_is_ended(buying: Buying) -> None:
    sue, actor = invite(buying), buying.trade.actor
    member = Membership.objects.get(user=sue)
    for supplier in (buying.trade.customer, buying.supplier, buying.supplier):
        ends = supplier == buying.supplier and Membership.objects.get(pk=member.pk).active
        with company_scope(actor):
            if ends:
                end_supplier_person(supplier_id=supplier, membership_id=member.pk, actor=actor, at=AT)
            else:
                with pytest.raises((BusinessRuleViolation, Refusals)):
                    end_supplier_person(supplier_id=supplier, membership_id=member.pk, actor=actor, at=AT)
    assert find_actor(sue.pk, actor.company_id) is None


def test_every_page_of_the_company_is_closed_to_them(buying: Buying) -> None:
    """Whatever it asks for: the pages that suppliers may open are marked, and all others answer 403 before they look."""
    client, order, opened = enter(invite(buying)), buying.order("20"), set()
    wrong: list[tuple[str, int]] = []
    for path, pattern in routes():
        if path.startswith("api/"):
            continue
        if getattr(pattern.callback, "partner", False):
            opened.add(str(pattern.name))
            continue
        address = "/" + "".join(_filled(path, order.id))
        codes = [client.get(address).status_code, client.post(address).status_code]
        wrong += [(address, code) for code in codes if code != 403]
    assert wrong == []
    assert opened == OPEN


OPEN = {
    "home", "language", "theme", "login", "logout", "password_reset", "password_reset_done", "password_reset_confirm",
    "password_reset_complete", "invitation", "switch_company", "orders", "order", "confirm", "counter", "advise", "message",
    "bills", "new_bill", "items",
}  # fmt: skip


def _filled(path: str, pk: int) -> list[str]:
    """The parts of an address with something in the place of each argument."""
    parts = path.replace("<int:", "<").split("<")
    kinds = {"uidb64": "MQ", "kind": "purchase_order"}
    found = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition(">")
        found += [kinds.get(name.split(":")[-1], str(pk)), rest]
    return found
