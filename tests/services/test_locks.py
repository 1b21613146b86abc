"""The lock files install the same everywhere: every package hashed, no index and no machine named."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_and_hashed(name):
    entries = re.split(r"\n(?=\S)", (ROOT / name).read_text().rstrip())
    loose = [
        entry.splitlines()[0] for entry in entries if not re.match(r"[\w.\[\],-]+==\S+ ", entry) or "--hash=sha256:" not in entry
    ]
    assert loose == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_index_option_or_path_of_a_machine_is_written(name):
    text = (ROOT / name).read_text()
    assert re.findall(r"^-.*|://\S*|(?<![\w.])/(?:home|root|opt|tmp|usr)/\S*", text, re.MULTILINE) == []


def test_the_development_lock_holds_the_same_versions_as_the_other():
    pins = [dict(re.findall(r"^([\w.-]+)(?:\[\S+\])?==(\S+)", (ROOT / name).read_text(), re.MULTILINE)) for name in LOCKS[:2]]
    assert pins[0].items() <= pins[1].items()


def test_npm_packages_are_pinned_without_a_registry():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    wanted = json.loads((ROOT / "package.json").read_text())
    loose = [
        v for part in ("dependencies", "devDependencies") for v in wanted[part].values() if not re.fullmatch(r"\d+\.\d+\.\d+", v)
    ]
    assert loose == []
