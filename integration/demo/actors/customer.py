"""Customers, as the bank tells of them: every invoice is paid the moment it is there."""

from typing import Any

from integration.demo.actors.actor import Actor, Say
from integration.demo.client import Client

ANYBODY = "*"


class Customer(Actor):
    """By the key of the bank's feed, which enters what came to the account of one customer, or of `ANYBODY`."""

    def __init__(self, code: str, client: Client, say: Say) -> None:
        super().__init__(client, say)
        self.conditions = {"open": "true"} if code == ANYBODY else {"open": "true", "customer": code}

    def act(self) -> int:
        return sum(self._pay(invoice) for invoice in self.rows("erp/invoices", **self.conditions))

    def _pay(self, invoice: dict[str, Any]) -> bool:
        number, customer = invoice["number"], invoice["customer"]
        body = {"customer": customer["code"], "amount": invoice["open_amount"], "invoices": [number], "memo": number}
        if not self.step("erp/payments/", body):
            return False
        self.say(f"{customer['name']} pays {number}")
        return True
