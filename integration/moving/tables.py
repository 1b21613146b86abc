"""What belongs to a company: every table behind its wall, and its rows of the tables that belong to none."""

from graphlib import TopologicalSorter
from typing import Any

from django.apps import apps
from django.db import models

from erp.core.cells import SUITES
from erp.core.models import Delivery
from erp.core.models.event import XidField
from erp.core.schema import composite_references, is_company_model
from erp.identity.models import ApiKey, Company, Membership, User
from erp.reference.models import Currency

# Rows of the tables without a company that go along, in the order in which they come in: SQL for whose they are.
ALONG: dict[type[models.Model], str] = {
    Currency: "true",
    Company: "id = {company}",
    User: "id IN (SELECT user_id FROM identity_membership WHERE company_id = {company})",
    Membership: "company_id = {company}",
    ApiKey: "company_id = {company}",
    Delivery: "company_id = {company}",
}
# The others, and why they stay.
STAY: dict[str, str] = {
    "auth.Group": "Django's; unused",
    "auth.Group_permissions": "Django's; unused",
    "auth.Permission": "Django's; unused",
    "axes.AccessAttempt": "log-ins of the machine",
    "axes.AccessAttemptExpiration": "log-ins of the machine",
    "axes.AccessFailureLog": "log-ins of the machine",
    "axes.AccessLog": "log-ins of the machine",
    "contenttypes.ContentType": "Django's register of models",
    "identity.Mail": "sent by the site whose link it bears",
    "identity.User_groups": "Django's; unused",
    "identity.User_user_permissions": "Django's; unused",
    "sessions.Session": "people log in again",
}
# Columns that name a person: by the actor's name ("user:7"), or by the bare id.
PEOPLE_NAMES = frozenset({"actor", "principal", "settled_by", "done_by", "released_by", "removed_by", "asked_by", "requested_by"})
PEOPLE_IDS = frozenset({"user_id", "owner_id", "from_user_id", "to_user_id", "for_user_id"})
# Not written into files, since it is decided where the row arrives: what a person may do on the machine (nothing), and
# whether the company is closed (it is open).
DECIDED_THERE: dict[type[models.Model], frozenset[str]] = {
    User: frozenset({"is_staff", "is_superuser"}),
    Company: frozenset({"closed_at"}),
}

_TYPES = """
SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


def company_models() -> list[type[models.Model]]:
    """Every model behind the wall, each after those it refers to. Raises graphlib.CycleError if there is no such order."""
    found = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True) if m._meta.managed and is_company_model(m)}
    references = {table: {target for _, target, _ in composite_references(m)} - {table} for table, m in sorted(found.items())}
    return [found[table] for table in TopologicalSorter(references).static_order()]


def refers_to_itself(model: type[models.Model]) -> bool:
    return any(target == model._meta.db_table for _, target, _ in composite_references(model))


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns that go into the file. The writing transaction's number is made anew by the one that brings rows in."""
    fields = model._meta.local_concrete_fields
    names = [str(f.column) for f in fields if not isinstance(f, XidField) and not getattr(f, "generated", False)]
    return [name for name in names if name not in DECIDED_THERE.get(model, ())]


def types_of(model: type[models.Model], cursor: Any) -> dict[str, str]:
    """SQL types of all columns of the table, as the database has them."""
    cursor.execute(_TYPES, [model._meta.db_table])
    return dict(cursor.fetchall())


def applied_migrations(cursor: Any) -> list[str]:
    """What was done to the tables of ours, as "app.0001_initial"."""
    labels = [config.label for config in apps.get_app_configs() if f"{config.name}.".startswith(SUITES)]
    cursor.execute("SELECT app || '.' || name FROM django_migrations WHERE app = ANY(%s) ORDER BY 1", [labels])
    return [row[0] for row in cursor.fetchall()]
