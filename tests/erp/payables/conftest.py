from tests.support.buying import buying
from tests.support.cast import acme, in_acme, rival, system
from tests.support.trade import log_in, trade

__all__ = ["acme", "buying", "in_acme", "log_in", "rival", "system", "trade"]
