from tests.support.cast import acme, in_acme, rival, system
from tests.support.shop import shop
from tests.support.trade import log_in, trade

__all__ = ["acme", "in_acme", "log_in", "rival", "shop", "system", "trade"]
