"""The monitor: how the relay stands, what is parked, and what a person does about it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from erp.core import clock
from erp.core.actor import Actor
from erp.documents.event_labels import event_label
from erp.identity.middleware import CompanyRequest
from erp.screens.views.guard import requires
from integration.relay import heartbeat
from integration.relay.operations.settle_parked import replay_deliveries, skip_deliveries
from integration.relay.permissions import MONITOR, REPAIR
from integration.relay.queries import held_back, parked_deliveries, relay_status

SHOWN = 50
SLOW_SECONDS = 10


@requires(MONITOR)
@require_safe
def monitor(request: CompanyRequest) -> HttpResponse:
    """The page; its two parts refresh themselves."""
    return render(request, "integration/relay/monitor.html", _status() | _parked(request))


@requires(MONITOR)
@require_safe
def status(request: CompanyRequest) -> HttpResponse:
    """The figures alone."""
    return render(request, "integration/relay/status.html", _status())


@requires(MONITOR)
@require_safe
def parked(request: CompanyRequest) -> HttpResponse:
    """The rows of the table alone; what is open in the browser stays open there."""
    return render(request, "integration/relay/parked_rows.html", _parked(request))


def replay(request: HttpRequest, pk: int) -> str:
    """Give one parked delivery back to its consumer."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    replay_deliveries(delivery_ids=[pk], reason=request.POST.get("reason", ""), actor=actor, at=clock.now())
    return f"#{pk}"


def skip(request: HttpRequest, pk: int) -> str:
    """Give one parked delivery up."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    skip_deliveries(delivery_ids=[pk], reason=request.POST.get("reason", ""), actor=actor, at=clock.now())
    return f"#{pk}"


def _status() -> dict[str, Any]:
    now = relay_status()
    return {
        "relay": now,
        "slow": now.lag_seconds > SLOW_SECONDS,
        "alive": heartbeat.is_alive(),
        "fresh_seconds": heartbeat.FRESH_SECONDS,
        "held_back": held_back() if now.parked else 0,
        "as_of": clock.now(),
    }


def _parked(request: CompanyRequest) -> dict[str, Any]:
    assert request.actor is not None
    rows = parked_deliveries(request.actor.can, limit=SHOWN)
    return {
        "deliveries": [(row, event_label(row.event_type)) for row in rows],
        "may_repair": request.actor.can(REPAIR),
        "limit": SHOWN if len(rows) == SHOWN else 0,
    }
