"""`manage.py run_actors`: suppliers, goods in, the operator and a customers, as outside programs."""

import signal
import threading
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from integration.demo.actors import Actors
from integration.demo.client import ApiError, Client
from integration.demo.keys import read_env

REST_SECONDS, WAIT_SECONDS = 1.0, 1.0


class Command(BaseCommand):
    help = "Act for suppliers, goods in, the operator and customers, over the API and with keys of their own, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what there is to do, and end")
        parser.add_argument("--keys", type=Path, metavar="FILE", help="of others than the demo's, as load_dataset leaves them")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["keys"] or settings.DATA_DIR / "actors.env"
        known = read_env(path)
        if not known:
            raise CommandError(f"there are no actors in {path}; run `manage.py load_demo` first")
        actors = Actors(known, self.stdout.write, connect=partial(Client, known["WEFT_URL"]))
        stop = threading.Event()
        if not options["once"]:
            signal.signal(signal.SIGTERM, lambda *_: stop.set())
            signal.signal(signal.SIGINT, lambda *_: stop.set())
        while not stop.is_set():
            try:
                done = actors.act()
            except (ApiError, OSError) as gone:
                if options["once"]:
                    raise CommandError(str(gone)) from gone
                self.stdout.write(f"waiting: {gone}")
                stop.wait(WAIT_SECONDS)
                continue
            if not done:
                if options["once"]:
                    return
                stop.wait(REST_SECONDS)
