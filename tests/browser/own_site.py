"""A whole Weft of their own for the browser tests: demo company, worker and relay included, removed afterwards."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config.services.site import ROOT
from tests.browser.driver import Site, read_site

TELL_AND_WAIT = ["sh", "-c", 'cat "$DATA_DIR/demo.env"; exec cat']  # lives until its input is closed, also by our death
LAST_LINE = "WEFT_API_KEY="
LEAVING_SECONDS = 60


@contextmanager
def own_site() -> Iterator[Site]:
    """Start it as `config.launch site` does; the servers of the test run are left alone."""
    inherited = {n: v for n, v in os.environ.items() if not n.startswith(("DATABASE_", "REDIS_", "WEFT_", "DJANGO_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "config.launch", "site", "--", *TELL_AND_WAIT],
        cwd=ROOT,
        env=inherited,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    try:
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith(LAST_LINE):
                break
        else:
            raise RuntimeError("The site of the browser tests did not start:\n" + "".join(lines))
        yield read_site(lines)
    finally:
        process.stdin.close()
        process.wait(LEAVING_SECONDS)
