"""Where the files of a server go when the obvious place does not do. Nothing existing is opened up for them.

The obvious place is DATA_DIR. It does not do when the server's account cannot pass a parent directory
(root's clone under a private home): then the home moves to /var/lib/weft and DATA_DIR keeps a symbolic link.
"""

import contextlib
import hashlib
import os
import re
import secrets
import shutil
import tempfile
from pathlib import Path

from config.services.account import Account, caller_name, user_name
from config.services.errors import ServiceError

SOCKET_PATH_LIMIT = 90  # bytes; the kernel allows 107 with the socket's own name
PLAIN_PATH = re.compile(r"/[\w./+~ -]*", re.ASCII)


def make_data_dir(path: Path) -> Path:
    """DATA_DIR, made if absent: private, but for root passable (not readable) so that the servers get through.

    Raises ServiceError if another user has worked in it: his files and ours would lock each other out.
    """
    if not path.exists():
        path.mkdir(parents=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    mark = path / "owner"
    with contextlib.suppress(OSError), mark.open("x") as file:
        file.write(f"{caller_name()}\n")
    owner = (mark if mark.exists() else path).stat().st_uid
    if owner != os.geteuid():
        raise ServiceError(
            f"The data in {path} belong to {user_name(owner)}, and you are {caller_name()}.\n"
            "Start Weft as that user, or choose another place: DATA_DIR=<directory> make run"
        )
    return path.resolve()


def make_home(path: Path, account: Account) -> Path:
    """The real directory behind the home `path` of a server; elsewhere if `account` cannot get to it."""
    if path.is_symlink() and not path.exists():
        raise ServiceError(
            f"{path} points to {path.readlink()}, which is gone.\nRestore it, or remove {path} to begin with empty data."
        )
    if not path.exists():
        if account.can_pass(path.parent):
            path.mkdir(mode=0o755)
            path.chmod(0o755)
        else:
            path.symlink_to(_home_elsewhere(path.name))
    home = path.resolve()
    if not account.can_pass(home):
        raise ServiceError(
            f"The servers run as {account.name}, who cannot enter {home}: a directory above it is private.\n"
            "Move DATA_DIR to a place every user may pass, for example DATA_DIR=/var/lib/weft/data make run"
        )
    return home


def make_socket_dir(home: Path, account: Account) -> Path:
    """A private directory for the server's socket: in its home, or in TMPDIR if that path is too long or odd."""
    place = home / "socket"
    if len(os.fsencode(place)) > SOCKET_PATH_LIMIT or not PLAIN_PATH.fullmatch(str(place)):
        digest = hashlib.sha256(f"{account.uid}:{home}".encode()).hexdigest()[:12]
        place = Path(tempfile.gettempdir()) / f"weft-{digest}"
    account.own_directory(place)
    return place


def reachable_program(tree: Path, program: str, account: Account, *, needed: tuple[str, ...]) -> Path:
    """`program` of the installed `tree`, or of a copy of the parts `needed` if `account` cannot run it there."""
    installed = tree / program
    if account.can_pass(installed):
        return installed
    version = installed.parent.stat().st_mtime_ns  # changes when the package is installed anew
    digest = hashlib.sha256(f"{installed.parent}:{version}".encode()).hexdigest()[:12]
    target = _shared_base() / f"programs-{digest}"
    if not target.exists():
        unfinished = target.with_name(f"{target.name}.{os.getpid()}")
        for part in needed:
            source, copy = tree / part, unfinished / part
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(source, copy, symlinks=True) if source.is_dir() else shutil.copy2(source, copy)
        _open_for_reading(unfinished)
        unfinished.rename(target)
    return target / program


def _open_for_reading(tree: Path) -> None:
    """Let every user read and run this copy of ours, whatever the umask was."""
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _home_elsewhere(name: str) -> Path:
    home = _shared_base() / f"{name}-{secrets.token_hex(4)}"
    home.mkdir(mode=0o755)
    home.chmod(0o755)
    return home


def _shared_base() -> Path:
    """A directory of ours that other accounts may pass: /var/lib/weft, or in TMPDIR if that cannot be made."""
    for base in (Path("/var/lib/weft"), Path(tempfile.gettempdir()) / "weft-root"):
        try:
            base.mkdir(mode=0o711, exist_ok=True)
        except OSError:
            continue
        if base.lstat().st_uid == os.geteuid() and not base.is_symlink():
            base.chmod(0o711)
            return base
    raise ServiceError(
        "Neither /var/lib/weft nor a directory in TMPDIR can be made. Set DATA_DIR to a place every user may pass."
    )
