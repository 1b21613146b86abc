"""`manage.py translate`: the words of the product, found, translated, derived and compiled."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from erp.screens.translation.catalogs import compile_all, compile_if_needed, problems, update
from erp.screens.translation.extract import extract


class Command(BaseCommand):
    help = "Update the Chinese catalogs from the code and templates, and compile them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail if zh_Hans is incomplete")
        parser.add_argument("--compile", action="store_true", help="only make the .mo files")
        parser.add_argument("--if-needed", action="store_true", help="with --compile: only if they are missing or old")

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        if options["compile"]:
            made = compile_if_needed(root) if options["if_needed"] else compile_all(root)
            self.stdout.write(f"{len(made)} catalogs compiled")
            return
        found = extract(root)
        if not options["check"]:
            update(root, found)
            compile_all(root)
        wrong = problems(root, found)
        for line in wrong:
            self.stdout.write(line)
        self.stdout.write(f"{len(list(found)) - 1} strings, {len(wrong)} to do")
        if wrong and options["check"]:
            raise CommandError("The Chinese catalog is not complete.")
