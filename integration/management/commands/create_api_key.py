"""Make a key for an outside program."""

import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.core import clock
from erp.identity.api_keys import create_api_key
from erp.identity.models import Company
from erp.identity.roles import PERMISSIONS, Role, permissions_of


class Command(BaseCommand):
    help = "Make an API key for a company and print it. It is stored hashed and cannot be shown again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", required=True, help="code of the company")
        parser.add_argument("--role", required=True, choices=Role.values, help="what the key may do at most")
        parser.add_argument("--name", default="", help="what uses it; shown in history")
        parser.add_argument("--scopes", default="", help="permissions, separated by commas, to narrow the role further")
        parser.add_argument("--days", type=int, default=None, help="how long it lives; for ever, if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(code=options["company"]).first()
        if company is None:
            known = ", ".join(Company.objects.values_list("code", flat=True).order_by("code")) or "none yet"
            raise CommandError(f"There is no company “{options['company']}”. There are: {known}.")
        role = Role(options["role"])
        if options["days"] is not None and not 0 < options["days"] < 36500:
            raise CommandError("--days is a number from 1 to 36499.")
        at = clock.now()
        key = create_api_key(
            company=company,
            name=(options["name"] or f"{role.value} key")[:80],
            role=role,
            at=at,
            scopes=_scopes(options["scopes"], role),
            expires_at=at + datetime.timedelta(days=options["days"]) if options["days"] else None,
        )
        self.stdout.write(key)


def _scopes(text: str, role: Role) -> list[str]:
    scopes = [scope.strip() for scope in text.split(",") if scope.strip()]
    if unknown := [scope for scope in scopes if scope not in PERMISSIONS]:
        raise CommandError(f"There is no permission {', '.join(unknown)}. There are: {', '.join(sorted(PERMISSIONS))}.")
    if beyond := [scope for scope in scopes if scope not in permissions_of([role])]:
        raise CommandError(f"The role {role.value} does not hold {', '.join(beyond)}.")
    return scopes
