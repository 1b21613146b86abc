"""What the targets of the Makefile call: `python -m config.launch run | stop | servers | exec | site | assets`.

run              the whole of Weft until Ctrl-C or `stop`
stop             end what runs in DATA_DIR
servers          PostgreSQL and Redis alone, until Ctrl-C
exec -- COMMAND  COMMAND with servers: those that run in DATA_DIR, else started for its length (--fresh: new ones)
site -- COMMAND  COMMAND beside a whole new Weft with the demo company, removed afterwards
assets           the front-end packages of package-lock.json into node_modules
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import NoReturn

from config.services.assets import install_assets
from config.services.embedded import EmbeddedServers, Lease, fresh_directory, fresh_servers, shared_servers, sole_supervisor
from config.services.errors import ServiceError
from config.services.site import ROOT, Site, SiteOptions, end_leftovers
from config.services.supervisor import POLL_SECONDS, Stopped, Supervisor, raise_on_signals
from config.services.urls import find_record, remove_record

STOP_SECONDS = 90.0


def say(line: str) -> None:
    """Print a progress line; a closed terminal does not stop the work."""
    with suppress(OSError):
        sys.stderr.write(f"  {line}\n")
        sys.stderr.flush()


def data_dir() -> Path:
    """DATA_DIR of the environment."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".data").absolute()


def run() -> int:
    """Everything, until a signal."""
    options = SiteOptions(
        data_dir(),
        port=int(os.environ.get("PORT") or 8000),
        bind=os.environ.get("BIND") or "127.0.0.1",
        demo=os.environ.get("DEMO", "1") != "0",
    )
    with sole_supervisor(options.data_dir) as sole:
        if not sole:
            record = find_record(options.data_dir)
            raise ServiceError(
                f"Weft runs already in {options.data_dir} (pid {record.pid if record else '?'}). `make stop` ends it."
            )
        site = Site(options, say=say)
        try:
            site.up()
            announce(site)
            if site.supervisor:
                site.supervisor.watch()
        except Stopped:
            say("Stopping")
        finally:
            site.down()
    say("Stopped; the data are kept")
    return 0


def announce(site: Site) -> None:
    """Print the address and the demo's log-in."""
    lines = [f"\nWeft is at {site.options.url}"]
    login = read_env_file(site.data_dir / "demo.env") if site.options.demo else {}
    if login:
        lines += [
            f"  user {login.get('WEFT_USER')}   password {login.get('WEFT_PASSWORD')}",
            f"  API key in {site.data_dir / 'demo.env'}",
        ]
    sys.stdout.write("\n".join([*lines, "  Ctrl-C or `make stop` ends it.", ""]))
    sys.stdout.flush()


def read_env_file(path: Path) -> dict[str, str]:
    """NAME=value lines of a file; empty if there is none."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return {}
    return {name: value.strip("'\"") for name, _, value in (line.partition("=") for line in lines if "=" in line)}


def stop() -> int:
    """End what runs in DATA_DIR, also what a killed supervisor left."""
    place = data_dir()
    record = find_record(place)
    if record and record.living:
        os.kill(record.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while record.living:
            if time.monotonic() > deadline:
                raise ServiceError(f"Weft (pid {record.pid}) does not end. See the logs in {place / 'log'}.")
            time.sleep(0.1)
        say("Weft has stopped; the data are kept")
    elif record:
        end_leftovers(place)
        EmbeddedServers(place).end_orphans()
        remove_record(place)
        say("Ended what a killed Weft had left running")
    else:
        say(f"Weft does not run in {place}")
    return 0


def servers() -> NoReturn:
    """PostgreSQL and Redis until a signal."""
    with shared_servers(data_dir(), say=say) as lease:
        say("Ctrl-C or `make stop` ends them; commands in this tree find them by themselves")
        Supervisor(lease.servers, [], say=say).watch()


def execute(command: Sequence[str], lease: AbstractContextManager[Lease]) -> int:
    """Run `command` with the leased servers, looking after them; returns its exit code."""
    with lease as leased:
        process = subprocess.Popen(command, env={**os.environ, **leased.environment})
        supervisor = Supervisor(leased.servers, [], say=say)
        try:
            while process.poll() is None:
                supervisor.look_once(time.monotonic())
                try:
                    process.wait(POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        except Stopped as stopped:
            end_command(process, asked=stopped.args[0])
        return exit_code(process.returncode)


def end_command(process: subprocess.Popen[bytes], *, asked: int) -> None:
    """Let the command end; a Ctrl-C of the terminal has reached it already, any other signal is passed on."""
    for signum in (None if asked == signal.SIGINT else signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        if signum:
            process.send_signal(signum)
        try:
            process.wait(20)
            return
        except subprocess.TimeoutExpired:
            continue


def exit_code(returncode: int) -> int:
    """The exit code as a shell gives it: 128 + signal for a killed command."""
    return returncode if returncode >= 0 else 128 - returncode


def beside_site(command: Sequence[str]) -> int:
    """Run `command` beside a new Weft on a free port; everything of it is removed afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with fresh_directory(data_dir() / "scenario") as directory:
        site = Site(SiteOptions(directory, port=port, durable=False), say=say)
        try:
            site.up()
            return exit_code(subprocess.run(command, env=site.environment, check=False).returncode)
        finally:
            site.down()
            site.servers.remove()


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m config.launch", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name in ("run", "stop", "servers", "assets"):
        verbs.add_parser(name)
    for name in ("exec", "site"):
        verb = verbs.add_parser(name)
        verb.add_argument("--fresh", action="store_true")
        verb.add_argument("command", nargs="+", metavar="-- COMMAND")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says; a ServiceError is printed without a traceback."""
    options = parse(arguments)
    raise_on_signals()
    try:
        match options.verb:
            case "run":
                return run()
            case "stop":
                return stop()
            case "servers":
                servers()
            case "assets":
                return install_assets(ROOT, say=say)
            case "site":
                return beside_site(options.command)
            case _:
                return execute(
                    options.command,
                    fresh_servers(data_dir() / "test", say=say) if options.fresh else shared_servers(data_dir(), say=say),
                )
    except ServiceError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1
    except Stopped as stopped:
        return 128 + int(stopped.args[0])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
