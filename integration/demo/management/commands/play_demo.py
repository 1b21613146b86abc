"""`manage.py play_demo`: the demo story, once, through the running web and worker."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration.demo.client import ApiError, Client
from integration.demo.keys import read_env
from integration.demo.story import Story, StoryFailed


class Command(BaseCommand):
    help = "Play the demo story against the running Weft and print each step with its time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do nothing when it was played before")

    def handle(self, *args: Any, **options: Any) -> None:
        marker = settings.DATA_DIR / "demo.played"
        if options["once"] and marker.exists():
            return
        known = read_env(settings.DATA_DIR / "demo.env")
        if not known:
            raise CommandError("there is no demo company; run `manage.py load_demo` first")
        story = Story(Client(known["WEFT_URL"], known["WEFT_API_KEY"]), lambda line: self.stdout.write(line))
        try:
            story.play()
        except (StoryFailed, ApiError, OSError) as error:
            raise CommandError(str(error)) from error
        marker.touch()
