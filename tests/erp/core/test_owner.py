"""The owner behind a wall sees what the application sees; whoever may not step there gets an error, not more rows."""

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from erp.core.owner import OwnerUnknown, RolesOutdated, owner_connection, step_behind_wall
from erp.identity.models import Company
from tests.support.cast import acme, rival

__all__ = ["acme", "rival"]
pytestmark = pytest.mark.django_db(transaction=True)
COUNT = b"SELECT count(DISTINCT company_id) FROM reference_unit"


def test_behind_the_wall_there_is_one_company_and_before_and_after_all(acme: Company, rival: Company) -> None:
    with owner_connection() as owner:
        seen = [owner.execute(COUNT).fetchall()[0][0]]
        with owner.transaction():
            step_behind_wall(owner, rival.pk, "system:test")
            seen += [owner.execute(COUNT).fetchall()[0][0]]
            with pytest.raises(psycopg.errors.InsufficientPrivilege), owner.transaction():
                owner.execute("UPDATE documents_history SET actor = 'x'")
        seen += [owner.execute(COUNT).fetchall()[0][0]]
        assert owner.execute("SELECT current_user").fetchall() == [("weft_owner",)]
    assert seen == [2, 1, 2]


def test_a_log_in_that_may_not_is_told_what_to_run(acme: Company) -> None:
    with (
        psycopg.connect(settings.DATABASE_READER_URL, dbname=connection.settings_dict["NAME"]) as reader,
        pytest.raises(RolesOutdated, match="roles.sql again"),
    ):
        step_behind_wall(reader, acme.pk, "system:test")


def test_without_its_url_there_is_no_owner(settings: object) -> None:
    settings.DATABASE_OWNER_URL = ""  # type: ignore[attr-defined]
    with pytest.raises(OwnerUnknown, match="DATABASE_OWNER_URL"), owner_connection():
        pass


def test_the_switch_for_moving_is_the_owners_alone(acme: Company) -> None:
    with owner_connection() as owner, owner.transaction():
        asked = [owner.execute("SELECT core_is_moving()").fetchall()[0][0]]
        owner.execute("SELECT set_config('weft.moving', 'on', true)")
        asked += [owner.execute("SELECT core_is_moving()").fetchall()[0][0]]
        step_behind_wall(owner, acme.pk, "system:test")
        asked += [owner.execute("SELECT core_is_moving()").fetchall()[0][0]]
    assert asked == [False, True, False]
