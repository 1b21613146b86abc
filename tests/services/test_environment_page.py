"""docs/environment.md names every variable the program reads, and none that it does not."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(
    r"""(?:\benv(?:\.\w+)?|environ\.get|service_url)\(\s*["']([A-Z][A-Z_]+)["']|environ\[["']([A-Z][A-Z_]+)["']\]"""
)
SET_BY_OTHERS = {"PYTHON"}  # read by make


def test_the_page_and_the_code_name_the_same_variables():
    sources = [path for suite in ("config", "integration", "crm", "scm", "erp") for path in (ROOT / suite).rglob("*.py")]
    read = {name for path in sources for found in READ.findall(path.read_text()) for name in found if name}
    rows = [line.split("|")[1] for line in (ROOT / "docs/environment.md").read_text().splitlines() if line.startswith("| `")]
    explained = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert read - explained - {"DJANGO_SETTINGS_MODULE"} == set()
    assert explained - read - SET_BY_OTHERS - {"WEFT_URL"} == set()
