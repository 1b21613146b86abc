"""The world around the demo: suppliers who confirm, advise and bill, a clerk who takes the goods in, an operator who reports what
is made, customers who pay. Each has a key of their own and uses nothing but the public API; each acts at once.

They keep no memory. What there is to do they ask for, and each step carries a key made of what it is about, so that a step that
was interrupted, or is asked for by two of them, is the same call and happens once.
"""

from collections.abc import Callable, Mapping, Sequence

from integration.demo.actors.actor import Actor, Say
from integration.demo.actors.customer import Customer
from integration.demo.actors.goods_in import GoodsIn
from integration.demo.actors.operator import Operator
from integration.demo.actors.supplier import Supplier
from integration.demo.client import Client

GOODS_IN, OPERATOR, SUPPLIER, CUSTOMER = "GOODS_IN", "OPERATOR", "SUPPLIER_", "CUSTOMER_"


class Actors:
    """All of them, by their keys: GOODS_IN, OPERATOR, SUPPLIER_<code> for each supplier, CUSTOMER_<code> for each who pays."""

    def __init__(self, keys: Mapping[str, str], say: Say, *, connect: Callable[[str], Client]) -> None:
        suppliers, customers = _coded(keys, SUPPLIER), _coded(keys, CUSTOMER)
        self.all: Sequence[Actor] = (
            *(Supplier(code, connect(key), say) for code, key in suppliers.items()),
            GoodsIn(connect(keys[GOODS_IN]), say),
            Operator(connect(keys[OPERATOR]), say),
            *(Customer(code, connect(key), say) for code, key in customers.items()),
        )

    def act(self) -> int:
        """Do everything that waits for one of them; how many steps that was."""
        return sum(actor.act() for actor in self.all)


def _coded(keys: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): key for name, key in keys.items() if name.startswith(prefix)}
