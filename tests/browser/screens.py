"""The key screens, as data: a name and where it is. Every entry of the rail and the first record of each list are added."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

Path = str | Callable[[], str]
KIT_PARTS = ("basics", "list", "document", "thread", "dashboard", "form")


@dataclass(frozen=True)
class Screen:
    """`anonymous` screens are opened without a log-in; `status` is the answer expected."""

    name: str
    path: Path
    anonymous: bool = False
    status: int = 200

    @property
    def address(self) -> str:
        return self.path if isinstance(self.path, str) else self.path()


SCREENS: tuple[Screen, ...] = (
    Screen("login", lambda: reverse("identity:login"), anonymous=True),
    Screen("password-reset", lambda: reverse("identity:password_reset"), anonymous=True),
    Screen("not-found", "/nowhere/", status=404),
    Screen("home", "/"),
    Screen("new-adjustment", lambda: reverse("inventory:new_adjustment")),
    *(Screen(f"kit-{part}", lambda part=part: f"{reverse('screens:kit')}?part={part}") for part in KIT_PARTS),  # type: ignore[misc]
)
RECORD_LINKS = {"thread": "a[href*='thread']"}  # followed from the first record of each list
