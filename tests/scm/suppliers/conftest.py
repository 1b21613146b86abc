from tests.support.buying import buying
from tests.support.cast import acme, in_acme, rival, system
from tests.support.factory import factory
from tests.support.making import making
from tests.support.trade import log_in, trade

__all__ = ["acme", "buying", "factory", "in_acme", "log_in", "making", "rival", "system", "trade"]
