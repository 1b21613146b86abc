"""Low-level codes, and cycles named by their way."""

import random

from hypothesis import given
from hypothesis import strategies as st

from scm.planning.levels import Levels, cumulative_days, low_level_codes

edges = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=25)


def test_an_item_lies_below_all_that_it_goes_into() -> None:
    """A goes into nothing; C into A and B, B into A: the longest way counts."""
    assert low_level_codes([1, 2, 3], [(1, 3), (1, 2), (2, 3)]) == Levels({1: 0, 2: 1, 3: 2}, {})


def test_a_cycle_is_named_by_its_way_and_what_hangs_on_it_is_not_part_of_it() -> None:
    """0 > 1 > 2 > 3 > 1, and 3 > 4: the parent above and the component below are no cycle."""
    levels = low_level_codes([9], [(0, 1), (1, 2), (2, 3), (3, 1), (3, 4)])
    assert levels.cycles == {1: (1, 2, 3, 1), 2: (2, 3, 1, 2), 3: (3, 1, 2, 3)}
    assert levels.codes == {0: 0, 1: 1, 2: 0, 3: 0, 4: 0, 9: 0}


def test_what_lies_between_two_cycles_is_planned() -> None:
    levels = low_level_codes([], [(1, 2), (2, 1), (2, 3), (3, 4), (4, 5), (5, 4)])
    assert set(levels.cycles) == {1, 2, 4, 5}
    assert levels.codes[4] == levels.codes[3] + 1


def test_an_item_in_itself_is_the_shortest_cycle() -> None:
    assert low_level_codes([], [(7, 7)]).cycles == {7: (7, 7)}


def test_the_cumulative_lead_time_is_the_longest_way() -> None:
    levels = low_level_codes([1, 2, 3], [(1, 2), (1, 3), (2, 3)])
    assert cumulative_days(levels, [(1, 2), (1, 3), (2, 3)], {1: 1, 2: 4, 3: 17}) == {1: 22, 2: 21, 3: 17}


def test_a_chain_is_as_deep_as_it_is_long() -> None:
    depth = 5000
    chain = [(item, item + 1) for item in range(depth)]
    assert low_level_codes([], chain).codes[depth] == depth


@given(edges=edges, seed=st.integers())
def test_codes_grow_along_every_edge_off_a_cycle_and_order_does_not_matter(edges: list[tuple[int, int]], seed: int) -> None:
    levels = low_level_codes(range(1, 10), edges)
    for parent, component in edges:
        assert parent in levels.cycles or levels.codes[component] > levels.codes[parent]
    for item, path in levels.cycles.items():
        assert path[0] == path[-1] == item
        assert set(zip(path, path[1:], strict=False)) <= set(edges)
    shuffled = random.Random(seed).sample(edges, len(edges))
    assert low_level_codes(range(9, 0, -1), shuffled) == levels


@given(edges=edges)
def test_whoever_can_reach_itself_is_on_a_cycle_and_nobody_else(edges: list[tuple[int, int]]) -> None:
    def reach(start: int) -> set[int]:
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            here = waiting.pop()
            found = {component for parent, component in edges if parent == here} - seen
            seen |= found
            waiting += found
        return seen

    assert set(low_level_codes([], edges).cycles) == {item for item in range(1, 10) if item in reach(item)}
