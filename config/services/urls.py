"""What a running Weft says about itself in DATA_DIR/run.json: who supervises, what it started, where its servers are.

Read by the settings at every start of a command, so: standard library only, and one small file.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from config.services.processes import is_same, start_time


@dataclass
class RunRecord:
    """One supervisor. A process is given as (pid, start time), so that a reused pid is not mistaken for it."""

    pid: int
    started: int | None
    purpose: str
    environment: dict[str, str] = field(default_factory=dict)
    children: dict[str, tuple[int, int | None]] = field(default_factory=dict)

    @property
    def living(self) -> bool:
        """Whether this supervisor still runs."""
        return is_same(self.pid, self.started)


def record_path(data_dir: Path) -> Path:
    """The file of the supervisor of `data_dir`."""
    return data_dir / "run.json"


def find_record(data_dir: Path) -> RunRecord | None:
    """What the last supervisor of `data_dir` wrote, whether it still lives or not; None if nothing readable is there."""
    try:
        return RunRecord(**json.loads(record_path(data_dir).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def own_record(purpose: str) -> RunRecord:
    """A record that names this process as the supervisor."""
    return RunRecord(os.getpid(), start_time(os.getpid()), purpose)


def write_record(data_dir: Path, record: RunRecord) -> None:
    """Replace the record in one step, readable by its owner alone: the URLs hold a password."""
    path = record_path(data_dir)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(record), file, indent=1)
    unfinished.replace(path)


def remove_record(data_dir: Path) -> None:
    """Forget the supervisor of `data_dir`."""
    with contextlib.suppress(FileNotFoundError):
        record_path(data_dir).unlink()


def discover(data_dir: Path | str) -> dict[str, str]:
    """Environment variables (DATABASE_URL, REDIS_URL ...) of the Weft that runs in `data_dir`; empty if none does."""
    record = find_record(Path(data_dir))
    return dict(record.environment) if record and record.living else {}
