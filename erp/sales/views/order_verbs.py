"""What can be done to a sales order now, and why not."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from erp.sales.filters import TO_DELIVER
from erp.sales.models import SalesOrder, SalesOrderLine
from erp.sales.permissions import CANCEL_ORDERS, CONFIRM_ORDERS, DELIVER_ORDERS, RESERVE_ORDERS
from erp.sales.states import TRANSITIONS, SalesOrderState
from erp.screens.documents import Verb


def order_verbs(order: SalesOrder, lines: Sequence[SalesOrderLine], available: Mapping[int, Decimal]) -> list[Verb]:
    """The verbs in the order of the trade; the first that is possible is the next step. `available` is by product."""
    can_confirm = SalesOrderState.CONFIRMED in TRANSITIONS[order.state]
    return [
        Verb(
            name="confirm",
            label=_("Confirm order"),
            url=reverse("sales:confirm", args=[order.pk]),
            permission=CONFIRM_ORDERS,
            icon="check",
            enabled=can_confirm,
            reason="" if can_confirm else _state_reason(order),
        ),
        _reserve(order, lines, available),
        _deliver(order, lines),
        _cancel(order, lines),
    ]


def _reserve(order: SalesOrder, lines: Sequence[SalesOrderLine], available: Mapping[int, Decimal]) -> Verb:
    missing = [line for line in lines if line.stocked and line.quantity > line.delivered + line.reserved]
    reason = "" if order.state in TO_DELIVER else _state_reason(order)
    if not reason and not missing:
        reason = _("Everything that is open is reserved.")
    elif not reason and not any(available.get(line.product_id, 0) > 0 for line in missing):
        reason = _("Nothing of what is missing is available. It is reserved by itself when stock arrives.")
    return Verb(
        name="reserve",
        label=_("Reserve stock"),
        url=reverse("sales:reserve", args=[order.pk]),
        permission=RESERVE_ORDERS,
        icon="lock",
        enabled=not reason,
        reason=reason,
    )


def _deliver(order: SalesOrder, lines: Sequence[SalesOrderLine]) -> Verb:
    reason = "" if order.state in TO_DELIVER else _state_reason(order)
    if not reason and not any(line.reserved > 0 or (not line.stocked and line.quantity > line.delivered) for line in lines):
        reason = _("Nothing is reserved. Reserve stock first.")
    elif (
        not reason
        and not order.partial_delivery
        and any(line.stocked and line.quantity > line.delivered + line.reserved for line in lines)
    ):
        reason = _("Not everything is reserved, and this order may not be delivered in parts.")
    return Verb(
        name="deliver",
        label=_("Deliver order"),
        url=reverse("sales:deliver", args=[order.pk]),
        permission=DELIVER_ORDERS,
        icon="truck-delivery",
        enabled=not reason,
        reason=reason,
    )


def _cancel(order: SalesOrder, lines: Sequence[SalesOrderLine]) -> Verb:
    possible = SalesOrderState.CANCELLED in TRANSITIONS[order.state]
    held = sum(1 for line in lines if line.reserved > 0)
    sentence = _("Cancel %(number)s.") % {"number": order.number}
    if held:
        sentence = ngettext(
            "Cancel %(number)s and release %(count)s reservation.", "Cancel %(number)s and release %(count)s reservations.", held
        ) % {"number": order.number, "count": held}
    return Verb(
        name="cancel",
        label=_("Cancel order"),
        url=reverse("sales:cancel", args=[order.pk]),
        permission=CANCEL_ORDERS,
        icon="ban",
        danger=True,
        confirm_sentence=sentence,
        enabled=possible,
        reason="" if possible else _state_reason(order),
    )


def _state_reason(order: SalesOrder) -> str:
    if order.state == SalesOrderState.PLACED:
        return _("Confirm the order first.")
    return _("The order is %(state)s.") % {"state": order.get_state_display().lower()}
