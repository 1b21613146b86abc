"""The little file in which a company's URL, log-in and API key are left for whoever runs the machine."""

import os
from pathlib import Path


def write_env(path: Path, values: dict[str, str]) -> None:
    """Write NAME=value lines, readable by the owner alone from the first byte on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    partial.replace(path)


def read_env(path: Path) -> dict[str, str]:
    """The values, or {} when the file is absent."""
    if not path.exists():
        return {}
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
