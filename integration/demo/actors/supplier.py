"""A supplier: promises what is ordered, says that it is on its way, bills what was kept of it."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from integration.demo.actors.actor import Actor, Say
from integration.demo.client import Client

ORDERS = "erp/purchase-orders"


class Supplier(Actor):
    """By a key that is bound to the supplier, every list holds its own documents only."""

    def __init__(self, code: str, client: Client, say: Say) -> None:
        super().__init__(client, say)
        self.code = code

    def act(self) -> int:
        promised = sum(self._promise(order) for order in self.rows(ORDERS, state="issued"))
        return promised + sum(self._bill(order) for order in self.rows(ORDERS, to_bill="true"))

    def _promise(self, order: dict[str, Any]) -> bool:
        """Say that the goods are on their way for the day that each line asks for, and that everything comes so."""
        number, path = order["number"], f"{ORDERS}/{order['id']}"
        parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for line in self.lines_of(ORDERS, order):
            parts[line["requested_date"]].append({"line": line["id"], "quantity": line["base_quantity"]})
        said = [
            self.step(f"{path}/advise/", {"expected_date": day, "message_id": f"{number}-advice-{day}", "lines": lines})
            for day, lines in sorted(parts.items())
        ]
        said.append(self.step(f"{path}/confirm/", {"message_id": f"{number}-confirm"}))
        return any(said)

    def _bill(self, order: dict[str, Any]) -> bool:
        """Bill what came and is not billed yet, at the price of the order. A bill that is held is the same bill again."""
        known = self.lines_of(ORDERS, order)
        come = [(line, _not_billed(line)) for line in known]
        lines = [{"order_line": line["id"], "quantity": str(quantity)} for line, quantity in come if quantity > 0]
        before = sum((Decimal(line["billed"]) for line in known), Decimal(0))
        number = f"R-{order['number']}-{before.normalize():f}"
        return self.step("erp/vendor-bills/", {"supplier": self.code, "supplier_number": number, "lines": lines})


def _not_billed(line: dict[str, Any]) -> Decimal:
    """What has come of a line and is not billed, in the unit of the line."""
    come = Decimal(line["received"]) - Decimal(line["returned"]) - Decimal(line["billed"])
    return (come * Decimal(line["quantity"]) / Decimal(line["base_quantity"])).quantize(Decimal("0.000001"))
