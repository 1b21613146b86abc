"""What goes into the repository: no machine, no index host, nothing generated, nothing vendored."""

import json
import re

import pytest

from tests.architecture.tree import ROOT, tracked

TEXT = [
    p
    for p in tracked()
    if p.suffix
    in {".py", ".md", ".toml", ".txt", ".lock", ".json", ".sql", ".html", ".js", ".css", ".yml", ".yaml", ".cfg", ".ini", ""}
]
MACHINE = re.compile(r"(?<![\w.])/(?:root|home/\w|Users/\w|work/main|var/lib/pgdev)\b")
LOCKS = [path for path in tracked() if path.suffix == ".lock"]


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{path}:{number}"
        for path in TEXT
        if path.name != "test_repository.py"
        for number, line in enumerate((ROOT / path).read_text(errors="ignore").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert found == []


@pytest.mark.parametrize("lock", LOCKS, ids=str)
def test_a_python_lock_has_hashes_and_names_no_index(lock: object) -> None:
    text = (ROOT / str(lock)).read_text()
    assert LOCKS
    assert "--hash=sha256:" in text
    assert re.findall(r"https?://|file:|--(?:index-url|extra-index-url|find-links|trusted-host)", text) == []


def test_the_npm_lock_resolves_nowhere_in_particular() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert [name for name, package in lock["packages"].items() if name and "integrity" not in package] == []
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()


def test_no_setting_of_an_index_is_written_down() -> None:
    index = re.compile(r"registry\s*=\s*http|index-url\s*=?\s*http|--index-url\s+http", re.IGNORECASE)
    assert [str(path) for path in TEXT if index.search((ROOT / path).read_text(errors="ignore"))] == []


def test_nothing_generated_or_vendored_is_tracked() -> None:
    parts = {"node_modules", ".venv", "__pycache__", ".data", "dist", "vendor", "staticfiles"}
    assert [str(path) for path in tracked() if parts & set(path.parts) or path.suffix in {".pyc", ".mo", ".sqlite3"}] == []


def test_pages_load_nothing_from_elsewhere() -> None:
    outside = re.compile(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//(?!www\.w3\.org)""")
    pages = [path for path in tracked() if path.suffix in {".html", ".css", ".js"} and path.parts[0] in {"templates", "static"}]
    assert [str(path) for path in pages if outside.search((ROOT / path).read_text())] == []


def test_the_forbidden_packages_are_not_there() -> None:
    locked = "\n".join((ROOT / path).read_text() for path in LOCKS)
    forbidden = ("viewflow", "django-viewflow", "pyas2lib", "django-cachalot")
    assert [name for name in forbidden if re.search(rf"^{name}==", locked, re.MULTILINE)] == []


def test_a_decision_is_one_page_titled_as_a_sentence() -> None:
    for path in (p for p in tracked() if p.parts[:2] == ("docs", "decisions")):
        lines = (ROOT / path).read_text().splitlines()
        assert len(lines) <= 40, f"{path} has {len(lines)} lines"
        assert lines[0].startswith("# "), path
        assert len(lines[0].split()) >= 5, f"{path}: a sentence, not a noun"
