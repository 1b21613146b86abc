from tests.support.cast import acme, in_acme, rival, system

__all__ = ["acme", "in_acme", "rival", "system"]
