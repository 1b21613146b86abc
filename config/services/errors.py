"""What stops an embedded server, said so that a person can mend it."""


class ServiceError(RuntimeError):
    """A server cannot run. The message says what is wrong and what to do."""
