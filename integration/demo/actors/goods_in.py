"""The clerk at the door: takes in everything a supplier promised."""

from decimal import Decimal
from typing import Any

from integration.demo.actors.actor import Actor


class GoodsIn(Actor):
    """What is promised arrives at once."""

    def act(self) -> int:
        return sum(self._receive(order) for order in self.rows("erp/purchase-orders", state="confirmed"))

    def _receive(self, order: dict[str, Any]) -> bool:
        lines = [
            {"line": line["id"], "arrived": str(Decimal(line["base_quantity"]) - Decimal(line["received"]))}
            for line in self.lines_of("erp/purchase-orders", order)
            if Decimal(line["base_quantity"]) > Decimal(line["received"])
        ]
        if not lines or not self.step(f"erp/purchase-orders/{order['id']}/receive/", {"lines": lines}):
            return False
        self.say(f"{order['supplier']['name']} delivers {order['number']}")
        return True
