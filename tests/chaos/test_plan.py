"""The plan of kills can be played again, and names everybody."""

import pytest

from tests.chaos.plan import DECK, KINDS, deal


def test_one_seed_is_one_plan_and_another_seed_another() -> None:
    assert deal(50, 7) == deal(50, 7) != deal(50, 8)


@pytest.mark.parametrize("kills", [6, 12, 50])
def test_every_kind_of_process_is_killed(kills: int) -> None:
    assert KINDS == ("worker", "web", "actors", "PostgreSQL", "Redis", "beat")
    dealt = deal(kills, 3)
    assert len(dealt) == kills
    assert {kill.kind for kill in dealt} == set(KINDS)


def test_a_whole_deck_names_every_victim_at_every_point() -> None:
    assert sorted(map(str, deal(len(DECK), 1))) == sorted(map(str, DECK))
