"""The page of a purchase order and its verbs."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.queries import approvals_of
from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.payables.permissions import SEND_BILL
from erp.purchasing.drafts import OrderReceipt, ReceivedLine
from erp.purchasing.forms import may_be_billed
from erp.purchasing.models import PurchaseOrder, PurchaseOrderLine
from erp.purchasing.operations.answer_orders import settle_answers
from erp.purchasing.operations.end_orders import cancel_purchase_orders, close_purchase_orders
from erp.purchasing.operations.issue_orders import issue_orders
from erp.purchasing.operations.receive_orders import receive_orders
from erp.purchasing.operations.write_off_accruals import ENDED
from erp.purchasing.permissions import CLOSE, ISSUE, RECEIVE, RETURN, SETTLE_ANSWERS, VIEW, WRITE_MESSAGE, WRITE_OFF
from erp.purchasing.queries import find_purchase_order, list_order_lines, messages_of, open_clearing_of, waiting_answers
from erp.purchasing.states import FAMILIES, OPEN, TRANSITIONS, PurchaseOrderState
from erp.purchasing.tables import PURCHASE_ORDERS
from erp.screens.columns import measure_column, price_column, product_column
from erp.screens.documents import Amount, Counter, DocumentPage, Fact, Lines, Step, Verb, steps_to
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires

S = PurchaseOrderState
STEPS = [(s.value, s.label) for s in (S.DRAFT, S.ISSUED, S.CONFIRMED, S.RECEIVED, S.CLOSED)]


@requires(VIEW)
def order(request: CompanyRequest, pk: int) -> HttpResponse:
    """One purchase order: what was asked for, what the supplier promised, what came in and what was billed."""
    found = find_purchase_order(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, order: PurchaseOrder) -> DocumentPage:
    assert request.actor is not None
    can = request.actor.can
    lines = list(list_order_lines(order.pk))
    answers, messages = list(waiting_answers(order.pk)), list(messages_of(order.pk))
    story = DocumentStory(DocumentRef("purchase_order", order.pk), PurchaseOrder, can)
    return DocumentPage(
        number=order.number,
        title=_("Supplier"),
        type_label=_("Purchase order"),
        state_label=order.get_state_display(),
        state_family=FAMILIES[S(order.state)],  # type: ignore[arg-type]
        actor=request.actor,
        party=order.supplier.name,
        party_url=find_url("party", order.supplier_id, can),
        trail=find_trail(request, PURCHASE_ORDERS, reverse("purchasing:orders"), order.pk),
        key_amount=Fact(label=_("Total"), value=order.total, kind="money", unit=order.currency_code),
        key_date=Fact(label=_("Date"), value=order.date, kind="date"),
        steps=_steps(order),
        verbs=_verbs(order, lines, [a.pk for a in answers]),
        facts=_facts(order),
        lines=_lines(request, lines),
        more_lines=[*([_answers(answers)] if answers else []), *([_messages(messages)] if messages else [])],
        counters=[
            Counter(_("Approval"), 1, reverse("automation:approval", args=[row.pk]), "thumb-up")
            for row in approvals_of("purchase_order", order.pk)[:1]
        ],
        amounts=[
            Amount(_("Net"), order.net, order.currency_code),
            Amount(_("Tax"), order.tax, order.currency_code),
            Amount(_("Total"), order.total, order.currency_code, strong=True),
        ],
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
        notice=_notice(order, lines, waits=bool(answers)),
    )


def _notice(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, waits: bool) -> str:
    if order.state == S.AWAITING_APPROVAL:
        return _("The order goes out when it is approved.")
    return _("The supplier made a counter-proposal. Accept it, or turn it down.") if waits else _late(order, lines)


def _late(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> str:
    late = order.state in OPEN and any(
        not line.closed_short
        and line.quantity > line.received
        and (line.last_promised_date or line.requested_date) < company_today()
        for line in lines
    )
    return _("Goods of this order are late.") if late else ""


def _steps(order: PurchaseOrder) -> list[Step]:
    if order.state == S.CANCELLED:
        return [Step(S.DRAFT.label, "done"), Step(S.CANCELLED.label, "bad")]
    between = {S.PARTLY_RECEIVED: S.RECEIVED, S.AWAITING_APPROVAL: S.DRAFT}
    now = between.get(order.state)  # type: ignore[call-overload]
    labels = [(order.state, order.get_state_display()) if s == now else (s, label) for s, label in STEPS]
    return steps_to(labels, order.state, finished=order.state == S.CLOSED)


def _verbs(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], answers: Sequence[int]) -> list[Verb]:
    def verb(name: str, label: str, permission: str, icon: str, state: str, **more: object) -> Verb:
        possible = state in TRANSITIONS[order.state] and not (state == S.ISSUED and order.state == S.AWAITING_APPROVAL)
        reason = "" if possible else _("The order is %(state)s.") % {"state": order.get_state_display().lower()}
        url = reverse(f"purchasing:{name}", args=[order.pk])
        return Verb(name=name, label=label, url=url, permission=permission, icon=icon, enabled=possible, reason=reason, **more)  # type: ignore[arg-type]

    fields = {"answers": ",".join(map(str, answers))}
    counter = [
        Verb(
            name="accept",
            label=_("Accept counter-proposal"),
            url=reverse("purchasing:accept", args=[order.pk]),
            permission=SETTLE_ANSWERS,
            icon="check",
            fields=fields,
        ),
        Verb(
            name="decline",
            label=_("Turn down"),
            url=reverse("purchasing:decline", args=[order.pk]),
            permission=SETTLE_ANSWERS,
            icon="x",
            fields=fields,
        ),
    ]
    return [
        *(counter if answers else []),
        verb("issue", _("Issue order"), ISSUE, "send", S.ISSUED),
        verb(
            "receive",
            _("Receive everything"),
            RECEIVE,
            "package-import",
            S.RECEIVED,
            confirm_sentence=_("Take in everything that is still expected, undamaged."),
        ),
        *_forms(order, lines),
        verb("close", _("Close order"), CLOSE, "lock", S.CLOSED),
        verb(
            "cancel",
            _("Cancel order"),
            CLOSE,
            "ban",
            S.CANCELLED,
            danger=True,
            confirm_sentence=_("Cancel %(number)s.") % {"number": order.number},
        ),
    ]


def _forms(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[Verb]:
    """The verbs that ask for more."""
    expected = S.RECEIVED in TRANSITIONS[order.state]
    return [
        Verb(
            name="receive_lines",
            label=_("Receive line by line"),
            url=reverse("purchasing:receive_lines", args=[order.pk]),
            permission=RECEIVE,
            method="get",
            icon="list-check",
            enabled=expected,
            reason="" if expected else _("Nothing of it is expected."),
        ),
        Verb(
            name="bill",
            label=_("Enter bill"),
            url=reverse("purchasing:new_bill", args=[order.pk]),
            permission=SEND_BILL,
            method="get",
            icon="file-invoice",
            enabled=any(may_be_billed(line) for line in lines) and order.issued_at is not None,
            reason="" if order.issued_at is not None else _("It was never issued."),
        ),
        *_dealings(order, lines),
    ]


def _dealings(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> list[Verb]:
    """What is done beside buying; writing off where the order is over and something is left."""

    def verb(name: str, label: str, permission: str, icon: str, **more: Any) -> Verb:
        url = reverse(f"purchasing:{name}", args=[order.pk])
        return Verb(name=name, label=label, url=url, permission=permission, method="get", icon=icon, **more)

    here = any(line.received > line.returned for line in lines)
    over = order.state in ENDED and bool(open_clearing_of(order.pk))
    return [
        verb("message", _("Write to supplier"), WRITE_MESSAGE, "message"),
        verb(
            "send_back",
            _("Return goods"),
            RETURN,
            "arrow-back-up",
            enabled=here,
            reason="" if here else _("Nothing of this order is here."),
        ),
        *([verb("write_off", _("Write off"), WRITE_OFF, "eraser")] if over else []),
    ]


def _facts(order: PurchaseOrder) -> list[Fact]:
    agreement = order.agreement
    return [
        Fact(
            label=_("Agreement"),
            value=agreement.number if agreement else "",
            kind="code",
            url=reverse("purchasing:agreement", args=[agreement.pk]) if agreement else "",
        ),
        Fact(label=_("Warehouse"), value=order.warehouse.name),
        Fact(label=_("Payment days"), value=order.payment_days, kind="number"),
        Fact(label=_("Placed by"), value=label_of_actor(order.actor)),
        Fact(label=_("Placed at"), value=order.placed_at, kind="time"),
        Fact(label=_("Issued at"), value=order.issued_at, kind="time"),
    ]


def _lines(request: CompanyRequest, lines: list[PurchaseOrderLine]) -> Lines:
    assert request.actor is not None
    rejected = any(line.rejected for line in lines)
    returned = any(line.returned for line in lines)
    columns = (
        product_column(request.actor.can),
        Column(name="description", label=_("Description")),
        measure_column(_("Ordered")),
        Column(name="requested_date", label=_("Requested"), kind="date"),
        Column(name="last_promised_date", label=_("Promised"), kind="date"),
        Column(name="received", label=_("Received"), kind="quantity"),
        *([Column(name="rejected", label=_("Rejected"), kind="quantity")] if rejected else []),
        *([Column(name="returned", label=_("Returned"), kind="quantity")] if returned else []),
        Column(name="billed", label=_("Billed"), kind="quantity"),
        price_column(lines),
        Column(name="net", label=_("Net"), kind="money"),
    )
    return Lines(columns=columns, rows=lines)


def _answers(answers: Sequence[object]) -> Lines:
    columns = (
        Column(name="sku", label=_("Product"), kind="code", field="line__product__sku"),
        Column(name="quantity", label=_("Quantity"), kind="quantity"),
        Column(name="unit_price", label=_("Price"), kind="number", places=2),
        Column(name="promised_date", label=_("Promised"), kind="date"),
        Column(name="remark", label=_("Remark"), kind="note"),
    )
    return Lines(columns=columns, rows=answers, title=_("Counter-proposals"))


def _messages(messages: Sequence[object]) -> Lines:
    columns = (
        Column(name="at", label=_("Time"), kind="time"),
        Column(name="from_supplier", label=_("From"), text=lambda row: _("Supplier") if row.from_supplier else _("Us")),
        Column(name="text", label=_("Message"), kind="note"),
    )
    return Lines(columns=columns, rows=messages, title=_("Messages"))


def issue(request: HttpRequest, pk: int) -> None:
    issue_orders(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def receive(request: HttpRequest, pk: int) -> None:
    """Everything that is still expected, undamaged; parts and rejections are entered line by line."""
    open_lines = [line for line in list_order_lines(pk) if line.quantity > line.received and not line.closed_short]
    lines = [ReceivedLine(line_id=line.pk, arrived=line.quantity - line.received) for line in open_lines]
    draft = OrderReceipt(order_id=pk, date=company_today(), lines=lines)
    receive_orders(receipts=[draft], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def close(request: HttpRequest, pk: int) -> None:
    close_purchase_orders(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def cancel(request: HttpRequest, pk: int) -> None:
    cancel_purchase_orders(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def accept(request: HttpRequest, pk: int) -> None:
    _settle(request, pk, accepted=True)


def decline(request: HttpRequest, pk: int) -> None:
    _settle(request, pk, accepted=False)


def _settle(request: HttpRequest, pk: int, *, accepted: bool) -> None:
    """The counter-proposals that the page showed."""
    shown = {int(text) for text in request.POST.get("answers", "").split(",") if text.isdecimal()}
    ids = [answer.pk for answer in waiting_answers(pk) if answer.pk in shown] or sorted(shown) or [0]
    settle_answers(answer_ids=ids, accepted=accepted, actor=request.actor, at=clock.now())  # type: ignore[attr-defined]
