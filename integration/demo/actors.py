"""The world around the demo: suppliers who confirm, advise and bill, a clerk who takes the goods in, an operator who reports what
is made. Each has a key of their own and uses nothing but the public API; each acts at once.

They keep no memory. What there is to do they ask for, and each step carries a key made of what it is about, so that a step that
was interrupted, or is asked for by two of them, is the same call and happens once.
"""

import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from integration.demo.client import ApiError, Client

Say = Callable[[str], None]
STEPS = uuid.UUID("5c0b6f0e-6f4e-4c52-9d2b-2a5f7d1c9e10")
GOODS_IN, OPERATOR, SUPPLIER = "GOODS_IN", "OPERATOR", "SUPPLIER_"


class Actors:
    """All of them, by their keys: GOODS_IN, OPERATOR, and SUPPLIER_<code> for each supplier."""

    def __init__(self, keys: Mapping[str, str], say: Say, *, connect: Callable[[str], Client]) -> None:
        self.say = say
        self.goods_in, self.operator = connect(keys[GOODS_IN]), connect(keys[OPERATOR])
        self.suppliers = {name.removeprefix(SUPPLIER): connect(key) for name, key in keys.items() if name.startswith(SUPPLIER)}

    def act(self) -> int:
        """Do everything that waits for one of them; how many steps that was."""
        done = 0
        for code, supplier in self.suppliers.items():
            done += sum(self._promise(supplier, order) for order in _list(supplier, "erp/purchase-orders/?state=issued"))
            for state in ("partly_received", "received"):
                done += sum(self._bill(code, supplier, o) for o in _list(supplier, f"erp/purchase-orders/?state={state}"))
        done += sum(self._receive(order) for order in _list(self.goods_in, "erp/purchase-orders/?state=confirmed"))
        done += sum(self._make(order) for order in _list(self.operator, "erp/manufacturing-orders/?state=in_progress"))
        return done

    def _promise(self, supplier: Client, order: dict[str, Any]) -> bool:
        """Say that the goods are on their way, and that everything comes as asked for."""
        number, path = order["number"], f"erp/purchase-orders/{order['id']}"
        day = max(line["requested_date"] for line in order["lines"])
        advised = self._step(supplier, f"{path}/advise/", {"expected_date": day, "message_id": f"{number}-advice"})
        confirmed = self._step(supplier, f"{path}/confirm/", {"message_id": f"{number}-confirm"})
        return advised or confirmed

    def _receive(self, order: dict[str, Any]) -> bool:
        lines = [
            {"line": line["id"], "arrived": str(Decimal(line["base_quantity"]) - Decimal(line["received"]))}
            for line in order["lines"]
            if Decimal(line["base_quantity"]) > Decimal(line["received"])
        ]
        if not lines or not self._step(self.goods_in, f"erp/purchase-orders/{order['id']}/receive/", {"lines": lines}):
            return False
        self.say(f"{order['supplier']['name']} delivers {order['number']}")
        return True

    def _bill(self, code: str, supplier: Client, order: dict[str, Any]) -> bool:
        """Bill what came and is not billed yet, at the price of the order."""
        come = [(line, _not_billed(line)) for line in order["lines"]]
        lines = [{"order_line": line["id"], "quantity": str(quantity)} for line, quantity in come if quantity > 0]
        if not lines:
            return False
        before = sum((Decimal(line["billed"]) for line in order["lines"]), Decimal(0))
        body = {"supplier": code, "supplier_number": f"R-{order['number']}-{before.normalize():f}", "lines": lines}
        return self._step(supplier, "erp/vendor-bills/", body)

    def _make(self, order: dict[str, Any]) -> bool:
        good = Decimal(order["quantity"]) - Decimal(order["completed"]) - Decimal(order["scrapped"])
        if not self._step(self.operator, f"erp/manufacturing-orders/{order['id']}/complete/", {"good": str(good)}):
            return False
        self.say(f"{order['number']}: {good.normalize():f} × {order['product']['sku']} made")
        return True

    def _step(self, who: Client, path: str, body: dict[str, Any]) -> bool:
        """Do it, once. What is refused was done by somebody else, or is not to be done any more: the next look will tell."""
        try:
            who.post(path, body, key=str(uuid.uuid5(STEPS, f"{path} {sorted(body.items())}")))
        except ApiError as refused:
            self.say(f"refused: {refused}")
            return False
        return True


def _not_billed(line: dict[str, Any]) -> Decimal:
    """What has come of a line and is not billed, in the unit of the line."""
    come = Decimal(line["received"]) - Decimal(line["returned"]) - Decimal(line["billed"])
    return (come * Decimal(line["quantity"]) / Decimal(line["base_quantity"])).quantize(Decimal("0.000001"))


def _list(who: Client, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = who.get(f"{path}&limit=200")["results"]
    return rows
