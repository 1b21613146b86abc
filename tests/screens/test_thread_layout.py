"""The thread's layout knows causes and times, no document types."""

import datetime
from typing import Any

from erp.screens.kit_samples import documents
from erp.screens.thread import lay_out

AT = datetime.datetime(2026, 3, 2, 14, 0, tzinfo=datetime.UTC)


def node(key: str, lane: str, minutes: float | None = 0, **more: Any) -> dict[str, Any]:
    at = None if minutes is None else (AT + datetime.timedelta(minutes=minutes)).isoformat()
    return {"id": key, "type": key, "number": key, "status": "open", "lane": lane, "at": at, **more}


def test_an_effect_stands_right_of_all_its_causes() -> None:
    edges = [{"source": a, "target": b, "cause": ""} for a, b in (("q", "o"), ("o", "d"), ("q", "d"))]
    layout = lay_out({"nodes": [node("q", "customer"), node("o", "sales", 1), node("d", "ship", 2)], "edges": edges})
    assert [(chip.node["id"], chip.column) for chip in layout.chips] == [("q", 1), ("o", 2), ("d", 3)]


def test_lanes_keep_their_order_and_unknown_ones_come_last() -> None:
    layout = lay_out({"nodes": [node("x", "zebra"), node("m", "money"), node("c", "customer")], "edges": []})
    assert [lane.label for lane in layout.lanes] == ["Customer", "Money", "Zebra"]


def test_two_documents_of_a_lane_in_one_column_stand_one_under_the_other() -> None:
    layout = lay_out({"nodes": [node("a", "ship"), node("b", "ship", 1), node("c", "money", 2)], "edges": []})
    assert [(chip.node["id"], chip.row) for chip in layout.chips] == [("a", 1), ("b", 2), ("c", 3)]


def test_what_is_to_come_is_planned_and_stands_last() -> None:
    layout = lay_out({"nodes": [node("p", "money", None), node("a", "sales"), node("d", "ship", 9, planned=True)], "edges": []})
    assert [(chip.node["id"], chip.planned) for chip in layout.chips] == [("a", False), ("p", True), ("d", True)]


def test_an_edge_to_nowhere_and_a_circle_do_no_harm() -> None:
    edges = [{"source": "a", "target": "ghost"}, {"source": "a", "target": "b"}, {"source": "b", "target": "a"}]
    layout = lay_out({"nodes": [node("a", "sales"), node("b", "ship", 1)], "edges": edges})
    assert [chip.column for chip in layout.chips] == [1, 2]
    assert len(layout.edges) == 2


def test_an_empty_thread_is_empty() -> None:
    assert lay_out({"nodes": [], "edges": []}).chips == []


def test_the_sample_of_the_kit_fits_its_lanes() -> None:
    layout = lay_out(documents.thread())
    places = [(chip.row, chip.column) for chip in layout.chips]
    assert len(set(places)) == len(places) == 9
