"""What the loader refuses. Whoever runs it sees the sentence."""


class DatasetError(Exception):
    """The load cannot begin or go on; the text says what to do."""
