"""The pages a person or a program opens while working: every list of the rail, documents, threads, dashboards, API lists.

They are found through the registers, so a screen added later is measured and its plans are read without a line here.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import NoReverseMatch, resolve, reverse

from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.documents.registry import kinds
from erp.identity.models import Company, Membership, User
from erp.identity.roles import STAFF
from erp.screens import navigation
from integration.api.routes import resources

LEADS_ELSEWHERE = {"credit"}  # kinds whose address leads on to the page of another kind
OF_A_DOCUMENT = {"erp/comments", "erp/attachments", "erp/tasks"}  # lists that want to know of which document


@dataclass(frozen=True)
class Address:
    """`group` is the row of the bench it belongs to."""

    group: str
    name: str
    url: str


def everything(actor: Actor, *, samples: int, seed: int = 1) -> list[Address]:
    """Lists once, `samples` documents of each kind and threads, drawn over the whole life of the company."""
    dice = random.Random(seed)
    with company_scope(actor, read_only=True):
        ids = {kind.name: _some_ids(kind.model, samples, dice) for kind in kinds() if kind.name not in LEADS_ELSEWHERE}
    return [*lists(), *_documents(ids), *_threads(ids), *_api(ids)]


def lists() -> Iterator[Address]:
    for entry in navigation._ENTRIES.values():
        if entry.partner:
            continue
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        group = "dashboard" if entry.area == "insights" else "list" if hasattr(resolve(url).func, "screen") else "page"
        yield Address(group, entry.url_name, url)
    yield Address("dashboard", "home", "/")


def narrowed_lists() -> Iterator[Address]:
    """Each list under each of its choices, sorted by each of its columns both ways, and searched for a number."""
    for address in [a for a in lists() if a.group == "list"]:
        screen: Any = resolve(address.url).func.screen  # type: ignore[attr-defined]
        for name, choice in _choices(screen):
            yield Address("narrowed", f"{address.name}?{name}={choice}", f"{address.url}?{name}={choice}")
        for column in screen.columns:
            if column.sort_path:
                for sign in ("", "-"):
                    yield Address(
                        "narrowed", f"{address.name}?sort={sign}{column.name}", f"{address.url}?sort={sign}{column.name}"
                    )
        if screen.search:
            yield Address("narrowed", f"{address.name}?q=", f"{address.url}?q=SO-000123")


def _choices(screen: Any) -> Iterator[tuple[str, str]]:
    if screen.filters is None:
        return
    for name, item in screen.filters.base_filters.items():
        choices = item.extra.get("choices") or ()
        for choice, _ in choices() if callable(choices) else choices:
            yield name, str(choice)


def _documents(ids: dict[str, list[int]]) -> Iterator[Address]:
    for kind in kinds():
        for pk in ids.get(kind.name, ()):
            yield Address("document", kind.name, reverse(kind.url_name, args=[pk]))


def _threads(ids: dict[str, list[int]]) -> Iterator[Address]:
    for pk in ids["sales_order"]:
        yield Address("thread", "sales_order", reverse("thread:sales_order", args=[pk]))


def _api(ids: dict[str, list[int]]) -> Iterator[Address]:
    for path, view in resources().items():
        if "list" in view.permissions and path not in OF_A_DOCUMENT:
            yield Address("api", path, f"/api/v1/{path}/")
    for pk in ids["sales_order"]:
        for path in OF_A_DOCUMENT & resources().keys():
            yield Address("api", path, f"/api/v1/{path}/?kind=sales_order&document={pk}")
        yield Address("api", "sales order", f"/api/v1/erp/sales-orders/{pk}/")
        yield Address("api", "thread of a sales order", f"/api/v1/erp/sales-orders/{pk}/thread/")


def _some_ids(label: str, samples: int, dice: random.Random) -> list[int]:
    """Ids over the whole range; what lies in a gap is replaced by the next."""
    rows = apps.get_model(label)._default_manager.order_by("pk").values_list("pk", flat=True)
    first, last = rows.first(), rows.last()
    if first is None or last is None:
        return []
    found = (rows.filter(pk__gte=dice.randint(first, last)).first() for _ in range(samples))
    return sorted({pk for pk in found if pk is not None})


def log_in(company_code: str, name: str = "bench") -> tuple[Client, Actor]:
    """A person who may open everything in the company, logged in, and the actor they are."""
    from erp.core.actor import system_actor

    company = Company.objects.get(code=company_code)
    user, new = User.objects.get_or_create(username=name, defaults={"email": f"{name}@weft.example", "display_name": name})
    if new:
        Membership.objects.bulk_create([Membership(user=user, company=company, role=role) for role in STAFF])
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client, system_actor(company.pk, "bench")


def open_pages(client: Client, addresses: Sequence[Address], around: Callable[[Address, Callable[[], Any]], None]) -> None:
    """Open each; `around` gets the address and the call that opens it. A page that is not there is an error."""
    for address in addresses:

        def call(url: str = address.url) -> Any:
            response = client.get(url)
            assert response.status_code == 200, (url, response.status_code)
            return response

        around(address, call)
