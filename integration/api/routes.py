"""The resources of the API: path -> view, gathered from the `api.py` of every app."""

from itertools import chain
from typing import Any

from django.urls import URLPattern, path
from rest_framework.routers import SimpleRouter

import crm.customers.api
import crm.pipeline.api
import erp.automation.api
import erp.catalog.api
import erp.documents.api
import erp.identity.api
import erp.inventory.api
import erp.ledger.api
import erp.manufacturing.api
import erp.parties.api
import erp.payables.api
import erp.purchasing.api
import erp.receivables.api
import erp.sales.api
import erp.treasury.api
import integration.relay.api
import integration.thread.api
import scm.planning.api
import scm.suppliers.api
from erp.identity.rest.views import ResourceView

APIS: tuple[Any, ...] = (
    erp.catalog.api,
    erp.parties.api,
    erp.inventory.api,
    erp.sales.api,
    erp.receivables.api,
    erp.treasury.api,
    erp.ledger.api,
    erp.payables.api,
    erp.purchasing.api,
    erp.manufacturing.api,
    crm.pipeline.api,
    crm.customers.api,
    scm.planning.api,
    scm.suppliers.api,
    erp.automation.api,
    erp.identity.api,
    erp.documents.api,
    integration.relay.api,
    integration.thread.api,
)


def resources() -> dict[str, type[ResourceView]]:
    """Every collection by its path below /api/v1/."""
    return dict(chain.from_iterable(getattr(api, "ROUTES", {}).items() for api in APIS))


def resource_urls() -> list[URLPattern]:
    """URL patterns of the collections, their verbs, and the single paths (PATHS)."""
    router = SimpleRouter(trailing_slash=True)
    for prefix, view in resources().items():
        router.register(prefix, view, basename=prefix.replace("/", "-"))
    singles = chain.from_iterable(getattr(api, "PATHS", {}).items() for api in APIS)
    paths = [path(f"{where}/", view.as_view(actions), name=_name(where)) for where, (view, actions) in singles]
    return [*paths, *router.urls]


def _name(where: str) -> str:
    return "-".join(part for part in where.split("/") if "<" not in part)
