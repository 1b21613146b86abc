"""The operating-system account the servers run as, and what that account can reach.

PostgreSQL refuses to run as root. Started by root, both servers therefore run as an unprivileged account of
their own; started by anyone else, as that person. No permission of an existing directory is ever widened for it.
"""

import contextlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.services.errors import ServiceError

SYSTEM_ACCOUNT = "weft-servers"


@dataclass(frozen=True)
class Account:
    """Who a server runs as. `switched` when that is not the caller himself (the caller is root)."""

    name: str
    uid: int
    gid: int
    switched: bool

    def popen_arguments(self) -> dict[str, Any]:
        """Arguments of `subprocess` that make the child run as this account, in no directory of the caller."""
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switched else {}
        return {"cwd": "/", **identity}

    def can_pass(self, path: Path) -> bool:
        """Whether this account gets to `path` through every directory above it, and may enter (or run) it."""
        if not self.switched:
            return os.access(path, os.X_OK)
        probe = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)]
        return subprocess.run(probe, check=False, **self.popen_arguments()).returncode == 0

    def own_directory(self, path: Path) -> None:
        """Make `path` a directory of this account that nobody else may enter.

        Raises ServiceError if it exists and belongs to another user: starting there would fail later and darkly.
        """
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
            if self.switched:
                os.chown(path, self.uid, self.gid)
        facts = path.lstat()
        if facts.st_uid == self.uid and path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
            return
        raise ServiceError(
            f"{path} belongs to {user_name(facts.st_uid)}, but the server would run as {self.name}.\n"
            "Start Weft as the user who started it first, or choose another place: DATA_DIR=<directory> make run"
        )


def caller_name() -> str:
    """Name of the user this process runs as. Raises ServiceError if the system does not know him."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise ServiceError(
            f"User id {os.geteuid()} has no name on this machine, and PostgreSQL does not start without one.\n"
            "Add it to /etc/passwd, or set DATABASE_URL and REDIS_URL to servers of your own."
        ) from None


def user_name(uid: int) -> str:
    """Name of a user for messages; his number if he has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user id {uid}"


def server_account() -> Account:
    """The account for the servers: the caller, or (for root) an unprivileged one made for the purpose."""
    if os.geteuid() != 0:
        return Account(caller_name(), os.geteuid(), os.getegid(), switched=False)
    name = os.environ.get("WEFT_SERVER_ACCOUNT", SYSTEM_ACCOUNT)
    entry = _find(name) or _create(name)
    if entry.pw_uid == 0:
        raise ServiceError(f"WEFT_SERVER_ACCOUNT={name} is root; name an unprivileged user.")
    return Account(name, entry.pw_uid, entry.pw_gid, switched=True)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd:
    """Add a system user without home or shell (shadow's useradd, else busybox's adduser)."""
    commands = (
        [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            name,
        ],
        ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", name],
    )
    for command in commands:
        if shutil.which(command[0]):
            subprocess.run(command, check=False, capture_output=True)
            if entry := _find(name):
                return entry
    raise ServiceError(
        f"PostgreSQL does not run as root, and the user {name} could not be added.\n"
        "Add an unprivileged user yourself and set WEFT_SERVER_ACCOUNT=<name>, or start Weft as an ordinary user."
    )
