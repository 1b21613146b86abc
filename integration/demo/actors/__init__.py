"""The world around the demo: suppliers who confirm, advise and bill, a clerk who takes the goods in, an operator who reports what
is made, customers who pay. Each has a key of their own and uses nothing but the public API; each acts at once.

They keep no memory. What there is to do they ask for, and each step carries a key made of what it is about, so that a step that
was interrupted, or is asked for by two of them, is the same call and happens once.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait

from integration.demo.actors.actor import Actor, Say
from integration.demo.actors.customer import Customer
from integration.demo.actors.goods_in import GoodsIn
from integration.demo.actors.operator import Operator
from integration.demo.actors.supplier import Supplier
from integration.demo.client import Client

AT_ONCE = 4
GOODS_IN, OPERATOR, SUPPLIER, CUSTOMER = "GOODS_IN", "OPERATOR", "SUPPLIER_", "CUSTOMER_"


class Actors:
    """All of them, by their keys: GOODS_IN, OPERATOR, SUPPLIER_<code> for each supplier, CUSTOMER_<code> for each who pays.

    Suppliers act several at once, each by itself in its own order; when all of them are done, the clerk, the operator and then
    the customers do.
    """

    def __init__(self, keys: Mapping[str, str], say: Say, *, connect: Callable[[str], Client]) -> None:
        suppliers, customers, alone = _coded(keys, SUPPLIER), _coded(keys, CUSTOMER), threading.Lock()

        def tell(text: str) -> None:
            with alone:
                say(text)

        self.rounds: Sequence[Sequence[Actor]] = (
            [Supplier(code, connect(key), tell) for code, key in suppliers.items()],
            [GoodsIn(connect(keys[GOODS_IN]), tell)],
            [Operator(connect(keys[OPERATOR]), tell)],
            [Customer(code, connect(key), tell) for code, key in customers.items()],
        )
        self.pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="actor")

    @property
    def all(self) -> list[Actor]:
        return [actor for together in self.rounds for actor in together]

    def act(self) -> int:
        """Do everything that waits for one of them; how many steps that was. What fails for one of them is raised when those who
        act with it are done."""
        return sum(self._together(actors) for actors in self.rounds)

    def _together(self, actors: Sequence[Actor]) -> int:
        if len(actors) == 1:
            return actors[0].act()
        acting = [self.pool.submit(actor.act) for actor in actors]
        wait(acting)
        return sum(one.result() for one in acting)


def _coded(keys: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): key for name, key in keys.items() if name.startswith(prefix)}
