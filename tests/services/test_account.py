"""Whose files and processes the servers are."""

import os
import shutil
import subprocess
from dataclasses import replace

import pytest

from config.services.account import Account, server_account
from config.services.errors import ServiceError
from config.services.places import make_data_dir, make_home, reachable_program
from config.services.postgres import Postgres

me = Account("me", os.geteuid(), os.getegid(), switched=False)


def test_the_servers_never_run_as_root():
    assert server_account().uid != 0


def test_root_cannot_be_named_as_their_account(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("WEFT_SERVER_ACCOUNT", "root")
    with pytest.raises(ServiceError, match="unprivileged"):
        server_account()


def test_a_directory_of_somebody_else_is_refused_with_the_remedy(place):
    (place / "data").mkdir()
    with pytest.raises(ServiceError, match="DATA_DIR=<directory>"):
        replace(me, name="other", uid=me.uid + 1).own_directory(place / "data")


def test_a_link_in_place_of_a_private_directory_is_refused(place):
    (place / "elsewhere").mkdir()
    (place / "data").symlink_to(place / "elsewhere")
    with pytest.raises(ServiceError):
        me.own_directory(place / "data")


def test_a_cluster_of_somebody_else_is_refused_before_anything_is_written(place):
    server = Postgres(place / "postgres", account=replace(me, name="other", uid=me.uid + 1))
    server.data.mkdir()
    with pytest.raises(ServiceError, match="belongs to"):
        server.start()
    assert list(server.data.iterdir()) == []


def test_an_own_directory_is_private_whatever_the_umask(place):
    previous = os.umask(0)
    try:
        me.own_directory(place / "data")
    finally:
        os.umask(previous)
    assert (place / "data").stat().st_mode & 0o777 == 0o700


def test_a_home_whose_link_leads_nowhere_is_not_silently_begun_anew(place):
    (place / "postgres").symlink_to(place / "gone")
    with pytest.raises(ServiceError, match="gone"):
        make_home(place / "postgres", me)


def test_a_data_directory_of_somebody_else_is_refused_with_the_remedy(place, monkeypatch):
    make_data_dir(place)
    monkeypatch.setattr("config.services.places.caller_name", lambda: "me")
    monkeypatch.setattr(os, "geteuid", lambda: place.stat().st_uid + 1)
    with pytest.raises(ServiceError, match="DATA_DIR=<directory>"):
        make_data_dir(place)


def test_the_data_directory_is_not_readable_by_others(place):
    assert make_data_dir(place / "new" / "data").stat().st_mode & 0o066 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root runs the servers as another account")
def test_programs_below_a_private_directory_are_copied_to_where_the_account_can_run_them(place):
    tree = place / "private" / "site-packages"
    (tree / "package" / "bin").mkdir(parents=True)
    (tree / "package" / "bin" / "program").write_text("#!/bin/sh\necho ran\n")
    (tree / "package" / "bin" / "program").chmod(0o700)
    (place / "private").chmod(0o700)
    account = server_account()
    program = reachable_program(tree, "package/bin/program", account, needed=("package",))
    try:
        assert (
            subprocess.run([program], capture_output=True, text=True, check=True, **account.popen_arguments()).stdout == "ran\n"
        )
        assert reachable_program(tree, "package/bin/program", account, needed=("package",)) == program
    finally:
        shutil.rmtree(program.parents[2])
    assert (place / "private").stat().st_mode & 0o777 == 0o700
