"""`manage.py close_company CODE [--reopen]`: a company that has moved is closed where it was."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.core import clock
from erp.core.owner import OwnerUnknown
from erp.identity.models import Company
from integration.moving.closing import close_company, reopen_company
from integration.moving.errors import MovingRefused


class Command(BaseCommand):
    help = "Close a company that goes on in another database: nobody works in it here any more, and nothing is deleted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the company")
        parser.add_argument(
            "--reopen", action="store_true", help="let people and workers in again; never while it lives elsewhere"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(code=options["code"]).first()
        if company is None:
            raise CommandError(f"There is no company {options['code']}.", returncode=2)
        try:
            if options["reopen"]:
                told = f"is open; {reopen_company(company):,} deliveries are due again"
            else:
                told = f"is closed; {close_company(company, at=clock.now()):,} deliveries are held"
        except (MovingRefused, OwnerUnknown) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(self.style.SUCCESS(f"{company.code} {told}"))
