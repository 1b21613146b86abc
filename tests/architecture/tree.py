"""The source tree as the architecture tests see it: tracked or not yet, never generated or installed."""

import ast
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SUITES = ("config", "integration", "crm", "scm", "erp")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git knows or would add, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return tuple(sorted(path for line in listed.splitlines() if (ROOT / (path := Path(line))).is_file()))


def sources(*suites: str) -> list[Path]:
    """Python files of the suites, migrations left out."""
    return [p for p in tracked() if p.suffix == ".py" and p.parts[0] in (suites or SUITES) and "migrations" not in p.parts]


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(), filename=str(path))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(path: Path) -> Iterator[str]:
    """Names of the modules a file imports, "from a import b" as both "a" and "a.b"."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def apps() -> dict[str, Path]:
    """Django apps of the product by dotted name: folders with an apps.py."""
    found = [p.parent for p in tracked() if p.name == "apps.py" and p.parts[0] in SUITES and p.parts[0] != "config"]
    return {".".join(folder.parts): folder for folder in found}


@cache
def importlinter() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


@cache
def floors() -> dict[str, int]:
    """Height of each package named in the layer contracts: "erp", "erp.sales" ...; siblings share a height."""
    heights: dict[str, int] = {}
    for contract in importlinter()["contracts"]:
        if contract["type"] == "layers":
            for container in contract.get("containers", [""]):
                for height, layer in enumerate(reversed(contract["layers"])):
                    for name in layer.split("|"):
                        heights[f"{container}.{name.strip()}".lstrip(".").replace("(", "").replace(")", "")] = height
    return heights


def points_down(user: str, used: str) -> bool:
    """Whether app `user` may refer to app `used` ("erp.sales" to "erp.parties")."""
    if user == used:
        return True
    heights = floors()
    suite, other = user.split(".")[0], used.split(".")[0]
    if suite != other:
        return heights[suite] > heights[other]
    if suite == "integration":
        return True
    return heights[user] > heights[used]
