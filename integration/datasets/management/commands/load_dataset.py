"""`manage.py load_dataset NAME PATH`: a real data set through the operations, reconciled."""

import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.core import clock
from erp.core.errors import BusinessRuleViolation, Refusals
from integration.datasets.adventureworks import loading as adventureworks
from integration.datasets.errors import DatasetError
from integration.datasets.load import Loaded, load
from integration.datasets.loader import SET_SIZE
from integration.datasets.log_in import ensure_log_in
from integration.datasets.mapping import dataset_names
from integration.datasets.printing import control_table, fate_lines, remark_lines, time_lines
from integration.datasets.remarks import write_remarks
from integration.demo.actors.customer import ANYBODY
from integration.demo.actors.keys import leave_keys_of_actors
from integration.demo.keys import read_env


class Command(BaseCommand):
    help = "Load a data set into a company of its own; go on after an interruption; exit 1 unless it reconciles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", choices=[*dataset_names(), adventureworks.NAME])
        parser.add_argument("path", type=Path, help="the file, or the folder with it")
        parser.add_argument("--until", type=datetime.date.fromisoformat, metavar="YYYY-MM-DD", help="the last day to load")
        parser.add_argument("--company", metavar="CODE", help="another company than the mapping's")
        parser.add_argument("--set-size", type=int, default=SET_SIZE, help="documents in one transaction, at most")

    def handle(self, *args: Any, **options: Any) -> None:
        name, until = options["name"], options["until"]
        if name == adventureworks.NAME:
            self._load_factory(options)
            return
        try:
            loaded = load(
                name,
                options["path"],
                until=until,
                company_code=options["company"],
                set_size=options["set_size"],
                tell=self._tell,
            )
        except (DatasetError, Refusals, BusinessRuleViolation) as error:
            raise CommandError(str(error)) from error
        report = settings.DATA_DIR / "reports" / f"{loaded.company.code}{f'-{until}' if until else ''}.csv"
        write_remarks(report, loaded.plan.remarks)
        log_in = ensure_log_in(loaded.company, settings.DATA_DIR, at=clock.now())
        self._print(loaded, report, log_in)
        if not loaded.control.reconciles:
            raise CommandError("the control totals do not reconcile", returncode=1)
        self.stdout.write(self.style.SUCCESS("reconciled" if loaded.loaded_now else "reconciled; nothing was left to load"))

    def _load_factory(self, options: dict[str, Any]) -> None:
        """AdventureWorks is no file of documents: masters, bills, agreements and stock, in steps of their own."""
        try:
            loaded = adventureworks.load(options["path"], company_code=options["company"], tell=self._tell)
        except (DatasetError, Refusals, BusinessRuleViolation) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(self.style.MIGRATE_HEADING("Rows not taken as they stand"))
        for line in loaded.remarks:
            self.stdout.write(line)
        self.stdout.write(self.style.MIGRATE_HEADING("Control totals"))
        for total, of_file, in_weft in loaded.control:
            verdict = "ok" if of_file == in_weft else "DIFFERS"
            self.stdout.write(f"{total:24} {of_file:>18,.2f} {in_weft:>18,.2f}  {verdict}")
        log_in = ensure_log_in(loaded.company, settings.DATA_DIR, at=clock.now())
        self.stdout.write(f"Log-in and API key of the company: {log_in}")
        keys, url = settings.DATA_DIR / f"{loaded.company.code}.actors.env", read_env(log_in)["WEFT_URL"]
        leave_keys_of_actors(keys, loaded.company, url=url, customers=[ANYBODY], at=clock.now())
        self.stdout.write(f"Keys of its suppliers, its people and its bank, for `run_actors --keys`: {keys}")
        if not loaded.reconciles:
            raise CommandError("the control totals do not reconcile", returncode=1)
        self.stdout.write(self.style.SUCCESS("reconciled" if loaded.loaded_now else "reconciled; nothing was left to load"))

    def _tell(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _print(self, loaded: Loaded, report: Path, log_in: Path) -> None:
        for title, lines in (
            (f"Rows not taken as they stand ({report})", remark_lines(loaded.plan.remarks)),
            ("Time", time_lines(loaded.job)),
            ("What became of the documents", fate_lines(loaded.control)),
            ("Control totals", control_table(loaded.control)),
        ):
            self.stdout.write(self.style.MIGRATE_HEADING(title))
            for line in lines:
                self.stdout.write(line)
        self.stdout.write(f"Log-in and API key of the company: {log_in}")
