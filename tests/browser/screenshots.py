"""`python -m tests.browser.screenshots [--quick] [--only NAME]`: every key screen as a picture, and checked.

Draws the screens in three languages, light and dark, 1440 and 390 px wide into DATA_DIR/screenshots/. Fails on a console
error, a violated content policy, English on a Chinese page, sideways scrolling and contrast below AA. Uses the Weft that
runs in DATA_DIR; without one it starts a whole new one for its length.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import django

QUICK = ("en-light-1440", "zh-hans-dark-390")
NESTED = "WEFT_SCREENSHOTS_FOLDER"  # set for the run beside a new Weft, whose own DATA_DIR is removed afterwards


def main() -> int:
    """Draw and check; the number of screens with something wrong decides the exit code."""
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from tests.browser.driver import chromium, find_site

    site = find_site()
    if site is None or not _answers(site.url):
        return _beside_new_site()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    from tests.browser.gallery import VARIANTS, Gallery

    started = time.monotonic()
    with chromium() as browser:
        gallery = Gallery(browser, site, folder, only=options.only)
        for variant in VARIANTS:
            if not options.quick or str(variant) in QUICK:
                gallery.draw(variant)
        gallery.restore()
    for name, complaints in sorted(gallery.wrong.items()):
        sys.stdout.write(f"{name}\n" + "".join(f"    {line}\n" for line in complaints))
    seconds = time.monotonic() - started
    sys.stdout.write(f"{gallery.drawn} pictures in {folder}, {len(gallery.wrong)} with something wrong, {seconds:.0f} s\n")
    return 1 if gallery.wrong else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two variants instead of twelve")
    parser.add_argument("--only", default="", help="screens whose name contains this")
    return parser.parse_args()


def _folder() -> Path:
    kept = os.environ.get(NESTED)
    return Path(kept) if kept else (Path(os.environ.get("DATA_DIR", ".data")) / "screenshots").absolute()


def _answers(url: str) -> bool:
    import urllib.error
    import urllib.request

    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _beside_new_site() -> int:
    """Run again beside a new Weft with the demo company; its pictures stay in our DATA_DIR."""
    if os.environ.get(NESTED):
        sys.stderr.write("The new Weft does not answer.\n")
        return 2
    command = [
        sys.executable,
        "-m",
        "config.launch",
        "site",
        "--",
        sys.executable,
        "-m",
        "tests.browser.screenshots",
        *sys.argv[1:],
    ]
    return subprocess.run(command, env={**os.environ, NESTED: str(_folder())}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
