"""Suppliers are polled several at once: each in its own order, none twice, a failure of one only after the others are done."""

import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from integration.demo.actors import AT_ONCE, CUSTOMER, GOODS_IN, OPERATOR, SUPPLIER, Actors
from integration.demo.client import ApiError, Client

SUPPLIERS = [f"S{n:02}" for n in range(12)]


class Desk:
    """What a server sees: who is asked for what in which order, and how many suppliers were asked for at the same time."""

    def __init__(self, *, broken: str = "") -> None:
        self.broken, self.asked, self.order = broken, defaultdict[str, list[str]](list), list[str]()
        self.lock, self.full, self.inside, self.most = threading.Lock(), threading.Event(), 0, 0

    def connect(self, key: str) -> Any:
        return Hand(self, key)


class Hand:
    def __init__(self, desk: Desk, key: str) -> None:
        self.desk, self.key = desk, key

    def get(self, path: str) -> dict[str, Any]:
        desk = self.desk
        with desk.lock:
            desk.inside += 1
            desk.most = max(desk.most, desk.inside)
            desk.asked[self.key].append(path.partition("?")[2])
            desk.order.append(self.key)
            if desk.inside == AT_ONCE:
                desk.full.set()
        if self.key in SUPPLIERS:
            assert desk.full.wait(10)
        with desk.lock:
            desk.inside -= 1
        if self.key == desk.broken:
            raise OSError("gone")
        return {"results": []}


def everybody(desk: Desk) -> Actors:
    keys = {GOODS_IN: "clerk", OPERATOR: "operator", f"{CUSTOMER}ZEN": "bank"} | {f"{SUPPLIER}{code}": code for code in SUPPLIERS}
    return Actors(keys, lambda _text: None, connect=desk.connect)


def test_suppliers_act_at_once_each_in_order_and_the_others_after_them() -> None:
    desk = Desk()
    assert everybody(desk).act() == 0
    assert desk.most == AT_ONCE
    assert {code: desk.asked[code] for code in SUPPLIERS} == dict.fromkeys(
        SUPPLIERS, ["state=issued&limit=200", "to_bill=true&limit=200"]
    )
    assert desk.order[-3:] == ["clerk", "operator", "bank"]


def test_a_failure_waits_for_the_others_and_ends_the_round() -> None:
    desk = Desk(broken="S00")
    actors = everybody(desk)
    with pytest.raises(OSError, match="gone"):
        actors.act()
    assert set(desk.asked) == set(SUPPLIERS)
    desk.broken = ""
    assert actors.act() == 0
    assert desk.order[-3:] == ["clerk", "operator", "bank"]


class Server(ThreadingHTTPServer):
    """Keeps connections, but closes each `closes`-th answer's behind the caller's back."""

    def __init__(self, *, closes: int = 0, status: int = 200) -> None:
        self.closes, self.status, self.connections, self.answers = closes, status, 0, 0
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        self.server.connections += 1
        super().setup()

    def do_GET(self) -> None:
        self.server.answers += 1
        body = b'{"results": []}'
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = bool(self.server.closes) and self.server.answers % self.server.closes == 0

    def log_message(self, *_args: Any) -> None:
        """Silent."""


@pytest.mark.parametrize(("closes", "connections"), [(0, 1), (2, 3)])
def test_a_connection_is_kept_and_one_that_was_closed_is_made_anew(closes: int, connections: int) -> None:
    with Server(closes=closes) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        clients = [Client(server.url, key) for key in ("a", "b")]
        for n in range(5):
            assert clients[n % 2].get("erp/invoices/") == {"results": []}
        assert (server.answers, server.connections) == (5, connections)
        server.status = 500
        with pytest.raises(ApiError, match="500"):
            clients[0].get("erp/invoices/")
        server.shutdown()


def test_where_nobody_answers_it_is_an_os_error() -> None:
    with Server() as server:
        url = server.url
    with pytest.raises(OSError, match="refused"):
        Client(url, "a").get("erp/invoices/")
