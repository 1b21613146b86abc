"""`manage.py verify`: derives every stored total again and compares."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.core.actor import system_actor
from erp.core.invariants import Finding, all_invariants, check_company
from erp.identity.models import Company


def companies_called(codes: list[str] | None) -> list[Company]:
    """The companies of these codes, all without any; CommandError for a code that there is not."""
    companies = list(Company.objects.order_by("code"))
    if codes is None:
        return companies
    if unknown := sorted(set(codes) - {company.code for company in companies}):
        known = ", ".join(company.code for company in companies) or "none"
        raise CommandError(f"There is no company {', '.join(unknown)}. There are: {known}.", returncode=2)
    return [company for company in companies if company.code in codes]


class Command(BaseCommand):
    """One line per invariant and company with the rows compared; exit 1 and the differing keys on any difference.

    Each company is checked in one snapshot as the application log-in, so it is right while others work.
    """

    help = "Derive every stored total again from the facts; exit 1 if any differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--company", action="append", metavar="CODE", help="only this company; may be repeated")

    def handle(self, *args: Any, **options: Any) -> None:
        invariants = all_invariants()
        compared = different = 0
        companies = companies_called(options["company"])
        for company in companies:
            self.stdout.write(self.style.MIGRATE_HEADING(f"{company.code}: {company.name}"))
            for finding in check_company(system_actor(company.pk, "verify"), invariants):
                self._print(finding)
                compared, different = compared + finding.compared, different + finding.different
        count = f"{len(companies)} {'company' if len(companies) == 1 else 'companies'}"
        summary = f"{count}, {len(invariants)} invariants, {compared:,} rows compared, {different:,} differ"
        if different:
            raise CommandError(summary, returncode=1)
        self.stdout.write(self.style.SUCCESS(summary))

    def _print(self, finding: Finding) -> None:
        mark = self.style.SUCCESS("ok ") if finding.ok else self.style.ERROR("BAD")
        self.stdout.write(f"  {mark}  {finding.invariant.sentence:<90} {finding.compared:>12,} compared")
        for difference in finding.examples:
            self.stdout.write(f"         {difference.key}: stored {difference.stored}, derived {difference.derived}")
        if finding.different > len(finding.examples):
            self.stdout.write(f"         ... and {finding.different - len(finding.examples):,} more")
