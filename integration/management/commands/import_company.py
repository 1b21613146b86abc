"""`manage.py import_company DIR`: a company out of the files of export_company."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.core.owner import OwnerUnknown
from integration.moving.errors import MovingRefused
from integration.moving.importing import import_company


class Command(BaseCommand):
    help = "Bring a company into this database, with its ids, numbers and unfinished deliveries. All or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what export_company wrote")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = import_company(options["folder"], tell=self._tell)
        except (MovingRefused, OwnerUnknown) as refused:
            raise CommandError(str(refused)) from refused
        rows = sum(file.rows for file in manifest.tables)
        self.stdout.write(self.style.SUCCESS(f"{manifest.company_code}: {rows:,} rows are here, and every total is right"))

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
