"""What is still to come in a thread: steps of the line that nobody has taken yet, with the day they are due."""

import datetime
from typing import Any

from django.utils.translation import gettext as _

from erp.receivables.models import Invoice
from erp.receivables.queries import open_invoice_ids
from erp.sales.filters import OPEN, TO_DELIVER
from erp.sales.models import SalesOrder
from integration.thread.queries import Thread


def with_planned(thread: Thread, order: SalesOrder, *, today: datetime.date) -> Thread:
    """The thread with dashed nodes: a delivery by the promised day, its invoice, the payments that are due."""
    nodes: list[dict[str, Any]] = []
    edges: list[dict[str, Any]] = []
    subject = f"sales_order:{order.pk}"
    if order.state in ("placed", *TO_DELIVER):
        nodes.append(_node("delivery", _("Delivery"), "ship", order.promised_date, today))
        edges.append(_edge(subject, "planned:delivery"))
    if order.state in OPEN:
        due = order.promised_date
        nodes.append(_node("invoice", _("Invoice"), "money", due, today))
        edges.append(_edge("planned:delivery" if len(nodes) > 1 else _latest(thread, "delivery") or subject, "planned:invoice"))
    for invoice in _unpaid(thread):
        key = f"payment:{invoice.pk}"
        nodes.append(_node(key, _("Payment"), "money", invoice.due_date, today))
        edges.append(_edge(f"invoice:{invoice.pk}", f"planned:{key}"))
    return {**thread, "nodes": [*thread["nodes"], *nodes], "edges": [*thread["edges"], *edges]}


def _unpaid(thread: Thread) -> list[Invoice]:
    ids = [int(node["id"].split(":")[1]) for node in thread["nodes"] if node["type"] == "invoice"]
    return list(Invoice.objects.filter(pk__in=ids).filter(pk__in=open_invoice_ids()).order_by("pk")) if ids else []


def _latest(thread: Thread, kind: str) -> str:
    found = [node["id"] for node in thread["nodes"] if node["type"] == kind]
    return found[-1] if found else ""


def _node(key: str, label: str, lane: str, day: datetime.date, today: datetime.date) -> dict[str, Any]:
    at = datetime.datetime.combine(day, datetime.time(12), tzinfo=datetime.UTC)
    late = (today - day).total_seconds() if today > day else None
    return {
        "id": f"planned:{key}",
        "type": key.split(":")[0],
        "type_label": label,
        "number": "",
        "status": "planned",
        "status_label": _("Late") if late else _("Planned"),
        "state_family": "bad" if late else "draft",
        "at": at,
        "url": "",
        "lane": lane,
        "who": "",
        "planned": True,
        "late": late,
    }


def _edge(source: str, target: str) -> dict[str, Any]:
    return {"source": source, "target": target, "cause": "", "at": None}
