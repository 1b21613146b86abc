"""The world around the factory of the demo: suppliers who confirm, deliver and bill, an operator who reports what is done.

Everything goes over the public API, and each step again after an interruption is the same call: it asks what there is to do.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from integration.demo.client import Client

Say = Callable[[str], None]


class Outside:
    """Acts once on everything that waits for somebody outside; `bought` and `made` count the orders that were seen through."""

    def __init__(self, client: Client, say: Say) -> None:
        self.client, self.say = client, say
        self.bought = self.made = 0

    def act(self) -> None:
        for order in self._list("erp/purchase-orders/?state=issued"):
            self.client.post(f"erp/purchase-orders/{order['id']}/confirm/", {"message_id": f"{order['number']}-confirm"})
        for order in self._list("erp/purchase-orders/?state=confirmed"):
            self._deliver(order)
        for order in self._list("erp/manufacturing-orders/?state=in_progress"):
            self._complete(order)

    def _list(self, path: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.client.get(f"{path}&limit=200")["results"]
        return rows

    def _deliver(self, order: dict[str, Any]) -> None:
        """The goods come in whole, and their bill with them."""
        lines = [
            {"line": line["id"], "arrived": str(Decimal(line["base_quantity"]) - Decimal(line["received"]))}
            for line in order["lines"]
        ]
        self.client.post(f"erp/purchase-orders/{order['id']}/receive/", {"lines": lines})
        billed = [{"order_line": line["id"], "quantity": line["quantity"]} for line in order["lines"]]
        bill = {"supplier": order["supplier"]["code"], "supplier_number": f"R-{order['number']}", "lines": billed}
        answer = self.client.post("erp/vendor-bills/", bill)
        self.bought += 1
        self.say(f"            {order['supplier']['name']} delivers {order['number']}, {answer['number']} is {answer['state']}")

    def _complete(self, order: dict[str, Any]) -> None:
        good = Decimal(order["quantity"]) - Decimal(order["completed"]) - Decimal(order["scrapped"])
        self.client.post(f"erp/manufacturing-orders/{order['id']}/complete/", {"good": str(good)})
        self.made += 1
        self.say(f"            {order['number']}: {good.normalize():f} × {order['product']['sku']} made")
