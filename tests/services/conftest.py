"""Servers of their own for tests that kill them; the servers of the test run itself are left alone."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.services.postgres import Postgres, throwaway_postgres


@pytest.fixture
def place() -> Iterator[Path]:
    """A DATA_DIR that every account of this machine can pass; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="weft-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """A running cluster that the test may hurt."""
    with throwaway_postgres(durable=False) as server:
        yield server


@pytest.fixture(scope="module")
def peaceful_postgres() -> Iterator[Postgres]:
    """A running cluster for tests that only look."""
    with throwaway_postgres(durable=False) as server:
        yield server
