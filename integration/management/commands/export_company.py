"""`manage.py export_company CODE DIR [--close]`: a company as files."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.core import clock
from erp.core.owner import OwnerUnknown
from erp.identity.models import Company
from integration.moving.closing import closed_for_good
from integration.moving.errors import MovingRefused
from integration.moving.exporting import export_company


class Command(BaseCommand):
    help = "Write a company into an empty folder, to be brought into another database by import_company."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code of the company")
        parser.add_argument("folder", type=Path, help="where to; empty or not there yet")
        parser.add_argument("--close", action="store_true", help="close it first, so that the files hold all there will ever be")

    def handle(self, *args: Any, **options: Any) -> None:
        company = Company.objects.filter(code=options["code"]).first()
        if company is None:
            raise CommandError(f"There is no company {options['code']}.", returncode=2)
        at = clock.now()
        try:
            with closed_for_good(company, at=at) if options["close"] else nullcontext():
                manifest = export_company(company, options["folder"], at=at, tell=self._tell)
        except (MovingRefused, OwnerUnknown) as refused:
            raise CommandError(str(refused)) from refused
        rows = sum(file.rows for file in manifest.tables)
        self.stdout.write(self.style.SUCCESS(f"{company.code}: {len(manifest.tables)} tables, {rows:,} rows"))
        if options["close"]:
            self.stdout.write(f"{company.code} is closed here; if it stays after all, close_company {company.code} --reopen.")
        self.stdout.write("The files hold the hashes of passwords and API keys: keep them as you keep the database.")

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
