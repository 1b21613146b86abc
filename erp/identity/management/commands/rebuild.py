"""`manage.py rebuild`: derives every stored total again and puts right what differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.core.actor import system_actor
from erp.core.owner import OwnerUnknown
from erp.core.rebuild import RebuildRefused, Rebuilt, rebuild_company
from erp.identity.management.commands.verify import companies_called


class Command(BaseCommand):
    """One line per total and company with the rows compared and changed. On sound data it changes nothing and takes no lock.

    Where something differs, the table is closed to writers for as long as its totals are derived; it needs
    DATABASE_OWNER_URL then, since facts belong to the owner.
    """

    help = "Derive every stored total again from the facts and put right what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", action="append", metavar="CODE", help="only this company; may be repeated")
        parser.add_argument("--dry-run", action="store_true", help="only count what differs")

    def handle(self, *args: Any, **options: Any) -> None:
        companies, dry_run = companies_called(options["company"]), options["dry_run"]
        compared = changed = 0
        for number, company in enumerate(companies, start=1):
            self.stdout.write(self.style.MIGRATE_HEADING(f"{company.code}: {company.name} ({number} of {len(companies)})"))
            try:
                for rebuilt in rebuild_company(system_actor(company.pk, "rebuild"), dry_run=dry_run):
                    self._print(rebuilt, "differ" if dry_run else "changed")
                    compared, changed = compared + rebuilt.compared, changed + rebuilt.changed
            except (RebuildRefused, OwnerUnknown) as refused:
                raise CommandError(str(refused)) from refused
        count = f"{len(companies)} {'company' if len(companies) == 1 else 'companies'}"
        told = "differ; nothing was changed" if dry_run else "changed"
        self.stdout.write(self.style.SUCCESS(f"{count}, {compared:,} rows compared, {changed:,} {told}"))

    def _print(self, rebuilt: Rebuilt, word: str) -> None:
        line = f"  {rebuilt.total:<40} {rebuilt.compared:>12,} compared {rebuilt.changed:>10,} {word}"
        self.stdout.write(self.style.WARNING(line) if rebuilt.changed else line)
        self.stdout.flush()
