"""What all who act outside of the company have in common."""

import uuid
from collections.abc import Callable
from typing import Any

from integration.demo.client import ApiError, Client

Say = Callable[[str], None]
STEPS = uuid.UUID("5c0b6f0e-6f4e-4c52-9d2b-2a5f7d1c9e10")
AT_ONCE = 200


class Actor:
    """Somebody with a key: looks what there is to do and does it."""

    def __init__(self, client: Client, say: Say) -> None:
        self.client, self.say = client, say

    def act(self) -> int:
        """Do what waits; how many steps were taken that had not been taken before."""
        raise NotImplementedError

    def rows(self, path: str, **conditions: str) -> list[dict[str, Any]]:
        """The first rows of a list that shrinks as they are dealt with."""
        query = "&".join(f"{name}={value}" for name, value in (conditions | {"limit": str(AT_ONCE)}).items())
        found: list[dict[str, Any]] = self.client.get(f"{path}/?{query}")["results"]
        return found

    def lines_of(self, path: str, document: dict[str, Any]) -> list[dict[str, Any]]:
        """All lines of a document of a list, which carries the first of them."""
        whole = document if document["lines_total"] == len(document["lines"]) else self.client.get(f"{path}/{document['id']}/")
        lines: list[dict[str, Any]] = whole["lines"]
        return lines

    def step(self, path: str, body: dict[str, Any]) -> bool:
        """Do it, once; False if it was done before. What is refused was done by somebody else, or is not to be done any more:
        the next look will tell."""
        try:
            return self.client.post_once(path, body, key=str(uuid.uuid5(STEPS, f"{path} {sorted(body.items())}")))
        except ApiError as refused:
            self.say(f"refused: {refused}")
            return False
