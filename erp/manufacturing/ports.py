"""What making asks sideways: what a part that never lay in stock would be bought for. Buying is beside this app, not below it."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

# Products and a day to the price of one, in company currency; those that nobody agreed to sell are left out.
AgreedPrices = Callable[[Sequence[int], datetime.date], Mapping[int, Decimal]]

_answer: list[AgreedPrices] = []


def bind_agreed_prices(answer: AgreedPrices) -> None:
    """Called once at start-up by who knows both apps."""
    _answer[:] = [answer]


def agreed_prices(product_ids: Sequence[int], on: datetime.date) -> Mapping[int, Decimal]:
    return _answer[0](product_ids, on) if _answer and product_ids else {}
