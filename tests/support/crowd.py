"""Processes of their own, let go at the same moment: for races and for handlers that end their worker.

They are forked from a server that has set Django up once and holds no connection, so twenty cost little more than one.
"""

import importlib
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

LIMIT_SECONDS = 300


@dataclass(frozen=True)
class Outcome:
    """What one process came to: a value, or the name of the error that left `work`, or (neither) its exit code."""

    value: Any = None
    error: str = ""
    text: str = ""
    exit_code: int = 0


def run_crowd(work: str, arguments: Sequence[tuple[Any, ...]], *, database: str) -> list[Outcome]:
    """Call `work` ("module:function") once per tuple of arguments, each in a process of its own, all let go together."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.crowd_setup"])
    barrier = context.Barrier(len(arguments))
    running = []
    for given in arguments:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_member, args=(barrier, sender, database, work, given), daemon=True)
        process.start()
        sender.close()
        running.append((process, receiver))
    return [_outcome(process, receiver) for process, receiver in running]


def _outcome(process: Any, receiver: Connection) -> Outcome:
    try:
        if not receiver.poll(LIMIT_SECONDS):
            process.kill()
            return Outcome(error="TimeoutError", text=f"no answer in {LIMIT_SECONDS} s")
        return Outcome(*receiver.recv())
    except EOFError:
        process.join(LIMIT_SECONDS)
        return Outcome(exit_code=process.exitcode or 0)
    finally:
        process.join(LIMIT_SECONDS)
        receiver.close()


def _member(barrier: Any, sender: Connection, database: str, work: str, arguments: tuple[Any, ...]) -> None:
    from tests.support import crowd_setup

    crowd_setup.use(database)
    module, _, name = work.partition(":")
    function = getattr(importlib.import_module(module), name)
    barrier.wait(LIMIT_SECONDS)
    try:
        sender.send((function(*arguments),))
    except BaseException as error:
        sender.send((None, type(error).__name__, str(error)))
    finally:
        crowd_setup.leave()
        sender.close()
