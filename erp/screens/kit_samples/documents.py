"""A sample document page, thread, figures and charts."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from erp.core.actor import Actor
from erp.screens.desk import Desk, File, TaskCard
from erp.screens.documents import Amount, Counter, DocumentPage, Entry, Fact, Lines, Related, Stock, Verb, steps_to
from erp.screens.figures import Chart, Figure, Series
from erp.screens.lists import Column
from erp.screens.trail import Crumb, Trail

AT = datetime.datetime(2026, 3, 2, 14, 2, 11, tzinfo=datetime.UTC)
READER = Actor(name="system:kit", company_id=0, permissions=None)


def _after(**delta: float) -> datetime.datetime:
    return AT + datetime.timedelta(**delta)


def _lines() -> Lines:
    columns = (
        Column(name="sku", label=_("SKU"), kind="code"),
        Column(name="name", label=_("Description")),
        Column(name="quantity", label=_("Quantity"), kind="quantity", unit="unit"),
        Column(name="price", label=_("Price"), kind="money", currency="currency"),
        Column(name="amount", label=_("Amount"), kind="money", currency="currency"),
    )
    rows = [
        {
            "id": 1,
            "sku": "LAMP-01",
            "name": "Desk lamp, brass 黄铜台灯",
            "quantity": Decimal(12),
            "unit": "pcs",
            "price": Decimal("48"),
            "amount": Decimal("576"),
            "currency": "CNY",
        },
        {
            "id": 2,
            "sku": "SHADE-04",
            "name": "Linen shade 32 cm",
            "quantity": Decimal(40),
            "unit": "pcs",
            "price": Decimal("19.5"),
            "amount": Decimal("780"),
            "currency": "CNY",
        },
        {
            "id": 3,
            "sku": "SETUP",
            "name": "Installation",
            "quantity": Decimal("1.5"),
            "unit": "h",
            "price": Decimal("80"),
            "amount": Decimal("120"),
            "currency": "CNY",
        },
    ]
    stock = {
        1: Stock(on_hand=Decimal(140), reserved=Decimal(20), available=Decimal(120), url="#stock"),
        2: Stock(on_hand=Decimal(36), reserved=Decimal(30), available=Decimal(6), url="#stock", enough=False),
    }
    return Lines(title=_("Lines"), columns=columns, rows=rows, stock=stock)


def _verbs() -> list[Verb]:
    return [
        Verb(name="confirm", label=_("Confirm document"), url="#", icon="check"),
        Verb(name="print", label=_("Print"), url="#", method="get", icon="printer"),
        Verb(name="invoice", label=_("Create invoice"), url="#", enabled=False, reason=_("Nothing has been delivered yet.")),
        Verb(
            name="cancel",
            label=_("Cancel document"),
            url="#",
            danger=True,
            icon="ban",
            confirm_sentence=_("Cancel %(document)s and release %(count)s reservations.") % {"document": "AB-1042", "count": 3},
        ),
    ]


def _timeline() -> list[Entry]:
    return [
        Entry(at=_after(minutes=9), who="Lin Yue", text="能否在周五之前发货？", kind="comment"),
        Entry(
            at=_after(seconds=4), who=_("Automation"), text=_("Reserved 2 of 3 lines"), kind="automation", rule="AUTO-RESERVE 1"
        ),
        Entry(at=_after(seconds=2), who="Ada Brandt", text=_("Promised date"), kind="change", old="2026-03-05", new="2026-03-09"),
        Entry(at=AT, who="Ada Brandt", text=_("Created"), kind="person"),
    ]


def document() -> DocumentPage:
    """A document in the middle of its life."""
    states = [("draft", _("Draft")), ("open", _("Open")), ("delivered", _("Delivered")), ("paid", _("Paid"))]
    return DocumentPage(
        number="AB-1042",
        title=_("Customer"),
        type_label=_("Sample document"),
        state_label=_("Open"),
        state_family="open",
        actor=READER,
        party="Marlowe Lighting",
        party_url="#party",
        key_amount=Fact(label=_("Total"), value=Decimal("1476"), kind="money", unit="CNY"),
        key_date=Fact(label=_("Promised"), value=datetime.date(2026, 3, 9), kind="date"),
        steps=steps_to(states, "open"),
        verbs=_verbs(),
        facts=[
            Fact(label=_("Customer"), value="Marlowe Lighting", url="#party"),
            Fact(label=_("Payment terms"), value=_("30 days net")),
            Fact(label=_("Delivery address"), value="12 Quay Street, Bristol"),
            Fact(label=_("Warehouse"), value="MAIN"),
            Fact(label=_("Margin"), value=Decimal("31.4"), kind="percent"),
            Fact(label=_("Reference"), value=""),
        ],
        lines=_lines(),
        amounts=[
            Amount(_("Net"), Decimal("1476"), "CNY"),
            Amount(_("Tax 13 %"), Decimal("191.88"), "CNY"),
            Amount(_("Total"), Decimal("1667.88"), "CNY", strong=True),
        ],
        counters=[
            Counter(_("Deliveries"), 2, "#", "truck-delivery"),
            Counter(_("Invoices"), 1, "#", "file-invoice"),
            Counter(_("Payments"), 0, "#", "coins"),
        ],
        related=[
            Related(_("Quotation"), "Q-881", "#", _("Accepted"), "done"),
            Related(_("Sample document"), "AB-1042", "#", _("Open"), "open", current=True),
            Related(_("Delivery"), "D-2201", "#", _("Waiting"), "waiting", plural=_("Deliveries")),
        ],
        timeline=_timeline(),
        comment_url="#",
        desk=_desk(),
        thread_url="#thread",
        trail=Trail((Crumb(_("Sample list"), "#"),), "#previous", "#next"),
    )


def _desk() -> Desk:
    """Files and tasks in every state."""
    day = AT.date()
    return Desk(
        files=[
            File(
                name="Drawing rev. B 图纸.pdf", size=482_113, who="Ada Brandt", at=_after(minutes=4), url="#file", remove_url="#"
            ),
            File(name="offer.xlsx", size=12_400, who="Sam Okafor", at=_after(hours=1), url="#file"),
        ],
        tasks=[
            TaskCard(
                subject=_("Call about the delivery date"),
                due_date=day - datetime.timedelta(days=2),
                owner="Sam Okafor",
                late=True,
                done_url="#",
            ),
            TaskCard(subject=_("Send the samples"), due_date=day + datetime.timedelta(days=3), owner="Ada Brandt", done_url="#"),
            TaskCard(subject=_("Check the address"), due_date=day, owner="Ada Brandt", done=True),
        ],
        people=[(1, "Ada Brandt"), (2, "Sam Okafor")],
        me=1,
        today=day,
        attach_url="#",
        schedule_url="#",
    )


def thread() -> dict[str, Any]:
    """A thread with every state, two planned steps and a late one."""

    def node(key: str, lane: str, label: str, number: str, status: str, family: str, at: Any, **more: Any) -> dict[str, Any]:
        return {
            "id": key,
            "type": key,
            "type_label": label,
            "lane": lane,
            "number": number,
            "status": status,
            "status_label": status,
            "state_family": family,
            "at": at,
            "url": f"#{number}",
            "who": "Ada Brandt",
            **more,
        }

    nodes = [
        node("q", "customer", _("Quotation"), "Q-881", _("Accepted"), "done", AT),
        node("o", "sales", _("Sales order"), "SO-1042", _("Confirmed"), "open", _after(seconds=0.2)),
        node("r", "stock", _("Reservation"), "R-77", _("Reserved"), "done", _after(seconds=1.6), who="AUTO-RESERVE 1"),
        node("m", "make", _("Manufacturing order"), "MO-14", _("Late"), "bad", _after(hours=2), late=93600),
        node("d", "ship", _("Delivery"), "D-2201", _("Delivered"), "done", _after(hours=26)),
        node("i", "money", _("Invoice"), "INV-3090", _("Open"), "open", _after(hours=26, seconds=2)),
        node("p", "money", _("Payment"), "–", _("Expected"), "draft", _after(days=31), planned=True),
        node("d2", "ship", _("Delivery"), "–", _("Planned"), "waiting", _after(days=5), planned=True),
        node("j", "money", _("Journal entry"), "JE-5512", _("Posted"), "done", _after(hours=26, seconds=3)),
    ]
    links = [("q", "o"), ("o", "r"), ("o", "m"), ("r", "d"), ("m", "d2"), ("d", "i"), ("i", "p"), ("i", "j")]
    return {
        "nodes": nodes,
        "edges": [{"source": a, "target": b, "cause": f"{a} > {b}", "at": None} for a, b in links],
        "elapsed": 93605.2,
    }


def figures() -> list[Figure]:
    return [
        Figure(
            label=_("Orders today"),
            value=1284,
            url="#",
            change=0.12,
            change_label=_("against yesterday"),
            spark=(3, 5, 4, 7, 8, 6, 9, 11),
            as_of=AT,
        ),
        Figure(
            label=_("Order value"),
            value=Decimal("482610.5"),
            url="#",
            kind="money",
            unit="CNY",
            change=-0.043,
            change_label=_("against yesterday"),
            spark=(9, 8, 8, 6, 7, 5, 6),
            as_of=AT,
        ),
        Figure(
            label=_("Late deliveries"), value=17, url="#", change=-0.2, good="down", change_label=_("against yesterday"), as_of=AT
        ),
        Figure(label=_("Exceptions"), value=None, url="", change_label=_("not computed yet")),
    ]


def charts() -> list[Chart]:
    days = [f"03-{day:02d}" for day in range(1, 13)]
    return [
        Chart(
            name="orders",
            title=_("Orders per day"),
            labels=days,
            kind="bar",
            unit=_("orders"),
            series=[Series(name=_("Orders"), values=[31, 44, 28, 52, 61, 12, 9, 48, 55, 63, 58, 70])],
            as_of=AT,
        ),
        Chart(
            name="value",
            title=_("Order value"),
            labels=days,
            kind="line",
            unit="CNY",
            series=[
                Series(name=_("This year"), values=[310, 440, 280, 520, 610, 120, 90, 480, 550, 630, 580, 700]),
                Series(name=_("Last year"), values=[280, 300, 310, 400, 420, 160, 110, 380, 400, 440, 470, 510]),
            ],
        ),
        Chart(
            name="top",
            title=_("Largest customers"),
            labels=["Marlowe Lighting", "北京远山科技有限公司", "Fjord Outfitters", "Aster & Co"],
            kind="hbar",
            unit="CNY",
            series=[Series(name=_("Value"), values=[48210, 39004, 21800, 9120])],
        ),
        Chart(
            name="split",
            title=_("Orders by state"),
            labels=days[:6],
            kind="stacked",
            unit=_("orders"),
            series=[Series(name=_("Open"), values=[8, 12, 7, 15, 20, 5]), Series(name=_("Done"), values=[23, 32, 21, 37, 41, 7])],
        ),
    ]
