"""Creating and changing parties with their contacts and addresses, in sets."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from erp.core.actor import Actor, system_actor
from erp.core.errors import NotFound, PermissionDenied, Refusals, StaleEdit
from erp.core.scope import company_scope
from erp.documents.models import History
from erp.identity.models import Company
from erp.identity.roles import Role
from erp.parties.drafts import AddressDraft, ContactDraft, PartyDraft
from erp.parties.models import Address, Contact, Party
from erp.parties.operations.save_parties import save_parties
from erp.parties.queries import get_party
from tests.support.cast import AT, counted_statements, person


def draft(code: str = "ZEN", **changes: Any) -> PartyDraft:
    return replace(PartyDraft(code=code, name="Zen", is_customer=True, currency_code="EUR", payment_term_code="NET30"), **changes)


def save(actor: Actor, *drafts: PartyDraft) -> list[int]:
    return save_parties(parties=drafts, actor=actor, at=AT)


ANNA = ContactDraft(name="Anna", email="anna@zen.example", phone="+49 30 1")
HOME = AddressDraft(purpose="billing", street="Allee 1", city="Berlin", postal_code="10115", country="DE")


def test_a_party_is_created_with_contacts_and_addresses(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft(credit_limit=Decimal(5000), contacts=[ANNA], addresses=[HOME, replace(HOME, purpose="delivery")]))
    party = get_party(party_id=pk, actor=in_acme)
    assert (party.code, party.currency_id, party.payment_term.code, party.credit_limit) == ("ZEN", "EUR", "NET30", Decimal(5000))
    assert [contact.name for contact in party.contacts.all()] == ["Anna"]
    assert sorted(address.purpose for address in party.addresses.all()) == ["billing", "delivery"]


def test_the_list_of_contacts_replaces_the_one_before(in_acme: Actor) -> None:
    [pk, other] = save(in_acme, draft(contacts=[ANNA, ContactDraft(name="Bo")]), draft("OTHER", contacts=[ANNA]))
    anna = Contact.objects.get(party_id=pk, name="Anna")
    save(in_acme, draft(id=pk, contacts=[replace(ANNA, id=anna.pk, phone="+49 30 2"), ContactDraft(name="Cy")]))
    kept = Contact.objects.filter(party_id=pk).order_by("name").values_list("name", "phone")
    assert list(kept) == [("Anna", "+49 30 2"), ("Cy", "")]
    assert Contact.objects.filter(party_id=other).count() == 1
    assert History.objects.filter(table_name="parties_contact", action="delete").count() == 1


def test_contacts_not_given_stay(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft(contacts=[ANNA], addresses=[HOME]))
    save(in_acme, draft(id=pk, name="Zen AG"))
    assert (Contact.objects.count(), Address.objects.count()) == (1, 1)


def test_a_set_costs_as_many_statements_as_one(in_acme: Actor) -> None:
    with counted_statements() as one:
        save(in_acme, draft("A", contacts=[ANNA], addresses=[HOME]))
    with counted_statements() as many:
        save(in_acme, *(draft(f"B{i}", contacts=[ANNA, ANNA], addresses=[HOME]) for i in range(50)))
    assert one() == many()


def test_all_errors_of_all_rows_come_at_once_and_nothing_is_changed(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft("TAKEN", contacts=[ANNA]))
    anna = Contact.objects.get(party_id=pk)
    with pytest.raises(Refusals) as caught:
        save(
            in_acme,
            draft("", currency_code="QQQ", payment_term_code="NEVER", credit_limit=Decimal(-1)),
            draft("TAKEN", email="not an address", contacts=[ContactDraft(name=""), replace(ANNA, id=anna.pk)]),
            draft("B", addresses=[replace(HOME, purpose="holiday", city="x" * 101)], external_ref="5"),
        )
    assert sorted((r.code, r.field) for r in caught.value.refusals) == sorted(
        [
            ("missing_value", "0.code"),
            ("unknown_code", "0.currency"),
            ("unknown_code", "0.payment_term"),
            ("invalid_value", "0.credit_limit"),
            ("already_taken", "1.code"),
            ("invalid_value", "1.email"),
            ("missing_value", "1.contacts.0.name"),
            ("not_found", "1.contacts.1.id"),
            ("invalid_value", "2.addresses.0.purpose"),
            ("invalid_value", "2.addresses.0.city"),
            ("missing_value", "2.external_source"),
        ]
    )
    assert Party.objects.count() == 1


def test_a_salesperson_makes_customers_but_sets_no_credit_limit(in_acme: Actor, acme: Company) -> None:
    salesperson = person(acme, Role.SALESPERSON)
    [pk] = save(salesperson, draft())
    with pytest.raises(PermissionDenied) as caught:
        save(salesperson, draft(id=pk, credit_limit=Decimal(1)))
    assert caught.value.field == "credit_limit"
    save(person(acme, Role.FINANCE_MANAGER), draft(id=pk, credit_limit=Decimal(100)))
    save(salesperson, draft(id=pk, name="Zen AG", credit_limit=Decimal(100)))
    assert Party.objects.get().name == "Zen AG"


def test_right_to_left_names_and_formulas_are_kept(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft(name="شركة زين 🏭", contacts=[ContactDraft(name="=cmd|' /C calc'!A0")]))
    party = Party.objects.get(pk=pk)
    assert (party.name, party.contacts.get().name) == ("شركة زين 🏭", "=cmd|' /C calc'!A0")


def test_a_stale_edit_is_refused(in_acme: Actor) -> None:
    [pk] = save(in_acme, draft())
    with pytest.raises(StaleEdit, match="was changed by somebody else"):
        save(in_acme, draft(id=pk, version="1", name="Other"))


def test_another_companys_party_is_not_there(rival: Company, acme: Company) -> None:
    stranger, local = system_actor(rival.pk, "test"), system_actor(acme.pk, "test")
    with company_scope(stranger):
        [pk] = save(stranger, draft())
    with company_scope(local), pytest.raises(NotFound):
        save(local, draft(id=pk))
