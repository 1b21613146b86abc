"""The operator: reports everything that is being made as good."""

from decimal import Decimal
from typing import Any

from integration.demo.actors.actor import Actor


class Operator(Actor):
    """What is begun is made at once."""

    def act(self) -> int:
        return sum(self._make(order) for order in self.rows("erp/manufacturing-orders", state="in_progress"))

    def _make(self, order: dict[str, Any]) -> bool:
        good = Decimal(order["quantity"]) - Decimal(order["completed"]) - Decimal(order["scrapped"])
        if not self.step(f"erp/manufacturing-orders/{order['id']}/complete/", {"good": str(good)}):
            return False
        self.say(f"{order['number']}: {good.normalize():f} × {order['product']['sku']} made")
        return True
