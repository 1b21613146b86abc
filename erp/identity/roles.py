"""Roles and the permissions they hold. Each app declares its permissions in its own `permissions.py`."""

from collections import defaultdict

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody does in the company. A supplier does nothing in it: the role of the people and programs of
    suppliers, who see their own."""

    SALESPERSON = "salesperson", _("Salesperson")
    SALES_MANAGER = "sales_manager", _("Sales manager")
    BUYER = "buyer", _("Buyer")
    PLANNER = "planner", _("Planner")
    WAREHOUSE_CLERK = "warehouse_clerk", _("Warehouse clerk")
    PRODUCTION_OPERATOR = "production_operator", _("Production operator")
    ACCOUNTANT = "accountant", _("Accountant")
    FINANCE_MANAGER = "finance_manager", _("Finance manager")
    MANAGING_DIRECTOR = "managing_director", _("Managing director")
    ADMINISTRATOR = "administrator", _("Administrator")
    SUPPLIER = "supplier", _("Supplier")


STAFF = tuple(role for role in Role if role != Role.SUPPLIER)
STAFF_CHOICES = [(role.value, role.label) for role in STAFF]
EVERYBODY = STAFF
SALES = (Role.SALESPERSON, Role.SALES_MANAGER)
STOCK = (Role.WAREHOUSE_CLERK, Role.PLANNER, Role.BUYER)
FINANCE = (Role.ACCOUNTANT, Role.FINANCE_MANAGER)

_granted: dict[Role, set[str]] = defaultdict(set)
PERMISSIONS: dict[str, tuple[Role, ...]] = {}


def declare(permission: str, *roles: Role) -> str:
    """Declare a permission and who holds it. The administrator holds every permission; reading ones of the managing
    director are named like any other. Returns the permission, so that it can be a constant."""
    holders = (*dict.fromkeys((*roles, Role.ADMINISTRATOR)),)
    PERMISSIONS[permission] = holders
    for role in holders:
        _granted[role].add(permission)
    return permission


def permissions_of(roles: list[str]) -> frozenset[str]:
    """Everything the roles may do together."""
    return frozenset().union(*(_granted[Role(role)] for role in roles))
