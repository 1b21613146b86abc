"""Why a company is not moved."""


class MovingRefused(RuntimeError):
    """Nothing was moved; the message says why and what to do."""
