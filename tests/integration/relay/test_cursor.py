"""Readers that follow the log need the cursor (xid, id) below the snapshot's horizon: an id alone loses rows."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from erp.core.actor import Actor

pytestmark = pytest.mark.django_db(transaction=True)
NAIVE = "SELECT id FROM core_event WHERE id > %s ORDER BY id"
CURSOR = """
SELECT xid::text, id FROM core_event WHERE (xid, id) > (%s::text::xid8, %s::bigint)
  AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xid, id
"""
INSERT = """
INSERT INTO core_event (company_id, aggregatetype, aggregateid, type, schema_version, payload, correlation_id, actor,
                        occurred_at)
VALUES (current_setting('weft.company_id')::bigint, 'test_thing', 1, 'test_thing.happened', 1, '{}', 1, 'test', now())
RETURNING id
"""


class Writer:
    """A connection of the application with a transaction of one company open."""

    def __init__(self, actor: Actor) -> None:
        self.connection = psycopg.connect(settings.DATABASE_URL, dbname=connection.settings_dict["NAME"])
        self.connection.execute("SELECT set_config('weft.company_id', %s, true)", [str(actor.company_id)])

    def write(self) -> int:
        return int(self.connection.execute(INSERT).fetchall()[0][0])


@pytest.fixture
def writers(system: Actor) -> Iterator[tuple[Writer, Writer]]:
    pair = Writer(system), Writer(system)
    yield pair
    for writer in pair:
        writer.connection.close()


@pytest.fixture
def reader(system: Actor) -> Iterator[psycopg.Connection]:
    """The reader's log-in spans companies and reads only."""
    with psycopg.connect(settings.DATABASE_READER_URL, dbname=connection.settings_dict["NAME"], autocommit=True) as reader:
        yield reader


def test_a_reader_that_follows_the_id_loses_the_slower_transaction(
    writers: tuple[Writer, Writer], reader: psycopg.Connection
) -> None:
    slow, fast = writers
    lost, seen = slow.write(), fast.write()
    fast.connection.commit()
    read = [id_ for (id_,) in reader.execute(NAIVE, [0])]
    assert seen in read
    slow.connection.commit()
    read += [id_ for (id_,) in reader.execute(NAIVE, [max(read)])]
    assert lost < seen
    assert lost not in read


def test_a_reader_that_follows_xid_and_id_below_the_horizon_loses_nothing(
    writers: tuple[Writer, Writer], reader: psycopg.Connection
) -> None:
    slow, fast = writers
    rows = [slow.write(), fast.write(), slow.write()]
    fast.connection.commit()
    read = reader.execute(CURSOR, ["0", 0]).fetchall()
    assert not {id_ for _, id_ in read} & set(rows)
    slow.connection.commit()
    deadline = time.monotonic() + 60
    while not set(rows) <= {id_ for _, id_ in read} and time.monotonic() < deadline:
        # the horizon is that of the whole cluster: neighbours in other databases may hold it back for a while
        read += reader.execute(CURSOR, list(read[-1]) if read else ["0", 0]).fetchall()
    ids = [id_ for _, id_ in read]
    assert len(ids) == len(set(ids))
    assert set(rows) <= set(ids)
