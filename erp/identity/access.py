"""From a log-in or key to an actor with permissions in one company."""

from typing import NamedTuple

from django.db.models import Q
from django.db.models.functions import Lower

from erp.core import clock
from erp.core.actor import Actor
from erp.identity.models import ApiKey, Company, Membership, User
from erp.identity.roles import Role, permissions_of


class Entry(NamedTuple):
    """A company that somebody may enter, with their roles there; with a `party_id` they act for that supplier alone."""

    company: Company
    roles: list[str]
    party_id: int | None = None


def actor_of_user(user: User, company: Company, roles: list[str], party_id: int | None = None) -> Actor:
    """The person as an actor of the company, with what their roles there allow."""
    return Actor(
        name=f"user:{user.pk}",
        company_id=company.pk,
        permissions=permissions_of(roles),
        user_id=user.pk,
        party_id=party_id,
        label=str(user),
    )


def actor_of_key(key: ApiKey) -> Actor:
    """The program behind an API key: the key's role, narrowed by its scopes."""
    permissions = permissions_of([key.role])
    if key.scopes:
        permissions &= frozenset(key.scopes)
    return Actor(name=f"key:{key.pk}", company_id=key.company_id, permissions=permissions, party_id=key.party_id, label=key.name)


def companies_of(user: User) -> list[Entry]:
    """Companies the user may enter with their roles there, by name."""
    return [entry for entry in memberships_of(user) if entry.company.closed_at is None]


def memberships_of(user: User) -> list[Entry]:
    """Companies the user belongs to with their roles there, by name, those that have moved away included."""
    found: dict[int, Entry] = {}
    rows = Membership.objects.filter(user=user, active=True).select_related("company").order_by("company__name", "role")
    for row in rows:
        entry = found.setdefault(row.company_id, Entry(row.company, []))
        if row.party_id is not None:
            found[row.company_id] = Entry(row.company, [Role.SUPPLIER], row.party_id)
        elif entry.party_id is None:
            entry.roles.append(row.role)
    return list(found.values())


def choose_company(memberships: list[Entry], wanted: int | None) -> Entry | None:
    """Of all the person belongs to: the one wanted, else the first that is open, else one that has moved away."""
    chosen = [entry for entry in memberships if entry.company.pk == wanted]
    still_here = [entry for entry in memberships if entry.company.closed_at is None]
    return next(iter(chosen or still_here or memberships), None)


def label_of_actor(name: str) -> str:
    """How an actor stored in history or events is shown to a person: the name is looked up now, never stored."""
    return labels_of_actors({name})[name]


def labels_of_actors(names: set[str]) -> dict[str, str]:
    """Labels of many actors, two statements; the system is called Weft, whichever part of it acted."""
    users = {int(n[5:]) for n in names if n.startswith("user:") and n[5:].isdigit()}
    keys = {int(n[4:]) for n in names if n.startswith("key:") and n[4:].isdigit()}
    labels = {name: "Weft" if name.startswith("system:") else name for name in names}
    labels.update({f"user:{u.pk}": str(u) for u in User.objects.filter(pk__in=users)} if users else {})
    labels.update({f"key:{k.pk}": k.name for k in ApiKey.objects.filter(pk__in=keys)} if keys else {})
    return labels


def people_of(company_id: int) -> dict[int, str]:
    """Names of those who work in a company by the id of the user, in order of the name; one statement."""
    rows = Membership.objects.filter(company_id=company_id, active=True, party_id=None).select_related("user")
    names = {row.user_id: str(row.user) for row in rows}
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


def roles_of(actor: Actor) -> list[str]:
    """The roles in which a person or a key acts in its company; the system has none. One statement."""
    if actor.user_id is not None:
        return roles_of_users([actor.user_id], actor.company_id).get(actor.user_id, [])
    if actor.name.startswith("key:"):
        return list(ApiKey.objects.filter(pk=int(actor.name[4:])).values_list("role", flat=True))
    return []


def roles_of_users(user_ids: list[int], company_id: int) -> dict[int, list[str]]:
    """The roles of those who work in a company by user."""
    found: dict[int, list[str]] = {}
    rows = Membership.objects.filter(user_id__in=user_ids, company_id=company_id, active=True, party_id=None).order_by(
        "user_id", "role"
    )
    for user, role in rows.values_list("user_id", "role"):
        found.setdefault(user, []).append(role)
    return found


def find_actor(user_id: int, company_id: int) -> Actor | None:
    """The person as an actor of the company with today's roles; None for one who is not, or no longer, a member."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    entries = companies_of(user) if user else []
    return next((actor_of_user(user, *entry) for entry in entries if entry.company.pk == company_id and user), None)


def find_actor_named(name: str, company_id: int) -> Actor | None:
    """The person or program whose actor has that name ("user:7", "key:3"), with what it may do in the company today; None if it
    may not enter any more."""
    kind, _colon, number = name.partition(":")
    if kind == "user":
        return find_actor(int(number), company_id)
    living = Q(expires_at=None) | Q(expires_at__gt=clock.now())
    rows = ApiKey.objects.filter(living, company_id=company_id, company__closed_at=None, revoked_at=None)
    key = rows.filter(pk=int(number)).first() if kind == "key" else None
    return actor_of_key(key) if key else None


def user_names_of(company_id: int, names: set[str]) -> dict[str, int]:
    """Ids of those who work in the company with these user names, in lower case; one statement."""
    here = {"memberships__company_id": company_id, "memberships__active": True, "memberships__party_id": None}
    rows = User.objects.filter(**here).annotate(low=Lower("username"))
    return dict(rows.filter(low__in=names).values_list("low", "pk"))
