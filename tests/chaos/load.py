"""Clients that trade over the API: each request has an idempotency key and is repeated under it until it is answered.

A ticket is one story (an order, a payment, goods that come in or back ...). The conductor hands tickets out, so the load is
counted in documents and not in seconds.
"""

import itertools
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import requests

SKUS = ("LAMP", "CABLE")
SCARCE = "ROPE"
MADE, MAKES_TO_ORDER = "LANTERN", "POOR"
PAUSE, TIMEOUT = 0.2, 30.0
TROUBLE = {429, 500, 502, 503, 504}


class Refused(AssertionError):
    """The API refused what it must take."""


class Load:
    """Some clients, each in a thread of its own with its own stream of chances. What was accepted is kept by id."""

    def __init__(self, url: str, key: str, *, seed: int, clients: int = 6) -> None:
        self.url, self.key, self.seed = f"{url}/api/v1/", key, seed
        self.accepted: dict[str, list[int]] = defaultdict(list)
        self.cancelled: set[int] = set()
        self.returnable: list[str] = []
        self.answered = self.failed = self.replayed = self.asked = self.told = 0
        self.reasons: Counter[str] = Counter()
        self.refusals: list[str] = []
        self._repeating: set[int] = set()
        self._lock = threading.Lock()
        self._tickets = threading.Semaphore(0)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(number,), daemon=True) for number in range(clients)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def ask(self, stories: int) -> None:
        """Let the clients begin so many stories more."""
        self.asked += stories
        self._tickets.release(stories)

    def idle(self) -> bool:
        """Whether every story asked for has come to its end."""
        return self.told == self.asked

    def calm(self) -> bool:
        """Whether no client repeats a request."""
        return not self._repeating

    def stop(self) -> None:
        self._over.set()
        self._tickets.release(len(self._threads))
        for thread in self._threads:
            thread.join(TIMEOUT)

    def _client(self, number: int) -> None:
        choice, keys = random.Random(f"{self.seed}:{number}"), itertools.count(1)
        stories: list[Callable[[Client], None]] = [quote, enter, enter, commission, pay, receive, bring_back, adjust, change_mind]
        while True:
            self._tickets.acquire()
            if self._over.is_set():
                return
            try:
                choice.choice(stories)(Client(self, number, choice, keys))
            except Refused as refused:
                self.refusals.append(str(refused))
            finally:
                with self._lock:
                    self.told += 1

    def call(self, number: int, method: str, path: str, body: Any, key: str) -> Any:
        """Send until it is answered; a client that heard nothing cannot know more than that."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": key}
        while not self._over.is_set():
            try:
                answer = requests.request(method, f"{self.url}{path}", json=body, headers=headers, timeout=TIMEOUT)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.ok:
                self._note_answer(number, answer.headers.get("Idempotency-Replayed") == "true")
                return answer.json()
            if answer is not None and not self._is_to_repeat(answer):
                raise Refused(f"{method} {path} {body}: {answer.status_code} {answer.text[:300]}")
            with self._lock:
                self.failed += 1
                self.reasons["no answer" if answer is None else str(answer.status_code)] += 1
                self._repeating.add(number)
            self._over.wait(PAUSE)
        raise Refused(f"{method} {path} was never answered")

    def _is_to_repeat(self, answer: requests.Response) -> bool:
        """A refusal of the trade is an answer; that the first request still runs, or that the server is in trouble, is not."""
        return answer.status_code in TROUBLE or (answer.status_code == 409 and "idempotency_in_progress" in answer.text)

    def _note_answer(self, number: int, replayed: bool) -> None:
        with self._lock:
            self.answered += 1
            self.replayed += replayed
            self._repeating.discard(number)

    def note(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            self.accepted[kind].append(int(body["id"]))
        return body


class Client:
    """One client in one story."""

    def __init__(self, load: Load, number: int, choice: random.Random, keys: "itertools.count[int]") -> None:
        self.load, self.number, self.choice, self.keys = load, number, choice, keys

    def post(self, path: str, body: Any = None) -> dict[str, Any]:
        key = f"chaos-{self.load.seed}-{self.number}-{next(self.keys)}"
        return dict(self.load.call(self.number, "POST", f"{path}/", body or {}, key))

    def basket(self) -> dict[str, Any]:
        """One to three lines; one time in six with something that has to be waited for."""
        skus = self.choice.sample(SKUS, self.choice.randint(1, 2)) + ([SCARCE] if self.choice.random() < 1 / 6 else [])
        return {"customer": "ZEN", "lines": [{"product": sku, "quantity": str(self.choice.randint(1, 3))} for sku in skus]}


def quote(client: Client) -> None:
    quotation = client.load.note("quotation", client.post("crm/quotations", client.basket()))
    accepted = client.post(f"crm/quotations/{quotation['id']}/accept")["sales_order"]
    client.load.returnable.append(client.load.note("order", accepted)["number"])


def enter(client: Client) -> None:
    order = client.load.note("order", client.post("crm/orders", client.basket()))
    client.load.returnable.append(order["number"])


def commission(client: Client) -> None:
    """Something that is never in stock: bought, made, delivered, invoiced and paid without this client."""
    line = {"product": MADE, "quantity": str(client.choice.randint(1, 4))}
    client.load.note("order", client.post("crm/orders", {"customer": MAKES_TO_ORDER, "lines": [line]}))


def pay(client: Client) -> None:
    amount = f"{client.choice.randint(1, 400)}.{client.choice.randint(0, 99):02d}"
    client.load.note("payment", client.post("erp/payments", {"customer": "ZEN", "amount": amount}))


def receive(client: Client) -> None:
    lines = [{"product": sku, "quantity": str(client.choice.randint(1, 5)), "unit_cost": "6.37"} for sku in (*SKUS, SCARCE)]
    client.load.note("receipt", client.post("erp/receipts", {"warehouse": "MAIN", "lines": lines}))


def adjust(client: Client) -> None:
    reason = client.choice.choice(["damaged", "lost", "sample", "found"])
    lines = [{"product": client.choice.choice(SKUS), "quantity": "1"}]
    client.load.note("adjustment", client.post("erp/stock-adjustments", {"warehouse": "MAIN", "reason": reason, "lines": lines}))


def bring_back(client: Client) -> None:
    """One of the first line of something delivered; an order is asked about until it is."""
    try:
        order = client.load.returnable.pop(0)
    except IndexError:
        return enter(client)
    found = client.load.call(client.number, "GET", f"erp/deliveries/?sales_order={order}", None, "none")["results"]
    if not found:
        client.load.returnable.append(order)
        return enter(client)
    line = {"delivery_line": 1, "quantity": "1"}
    body = {"delivery": found[0]["number"], "reason": "damaged", "lines": [line]}
    client.load.note("sales_return", client.post("erp/sales-returns", body))
    return None


def change_mind(client: Client) -> None:
    """An order too large to go by itself, cancelled."""
    large = {"customer": "ZEN", "lines": [{"product": "LAMP", "quantity": "40"}]}
    order = client.load.note("order", client.post("erp/sales-orders", large))
    client.post(f"erp/sales-orders/{order['id']}/cancel")
    client.load.cancelled.add(int(order["id"]))
