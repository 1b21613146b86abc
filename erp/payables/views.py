"""The page of a vendor bill and paying it, what is owed by age, and how far bills may be off."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.documents.registry import find_url
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.ledger.facts import entry_fact
from erp.ledger.models import AccountRole
from erp.ledger.views.ageing import Side, draw_ageing
from erp.payables.forms import ReasonForm, ToleranceForm
from erp.payables.models import MatchTolerance, VendorBill, VendorBillLine
from erp.payables.operations.reject_bills import reject_bills
from erp.payables.operations.save_tolerances import save_tolerances
from erp.payables.permissions import PAY, REJECT, RELEASE, SEND_BILL, VIEW
from erp.payables.queries import find_bill, list_bill_lines, open_amount
from erp.payables.states import FAMILIES, WAITING, VendorBillState
from erp.payables.tables import BILLS, TOLERANCES, pay_whole_bill, reasons_of
from erp.screens.columns import measure_column, product_column
from erp.screens.documents import Amount, DocumentPage, Fact, Lines, Verb
from erp.screens.forms import submit_form
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW)
def bill(request: CompanyRequest, pk: int) -> HttpResponse:
    """One bill: what was billed, whether it matches, what of it is paid."""
    found = find_bill(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, bill: VendorBill) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    can = request.actor.can
    story = DocumentStory(DocumentRef("vendor_bill", bill.pk), VendorBill, can)
    left = open_amount(bill.pk)
    held = reasons_of(bill.held_reasons)
    return DocumentPage(
        number=bill.number,
        title=_("Supplier"),
        type_label=bill.get_kind_display() if bill.kind == VendorBill.Kind.CREDIT else _("Vendor bill"),
        state_label=bill.get_state_display(),
        state_family=FAMILIES[VendorBillState(bill.state)],  # type: ignore[arg-type]
        actor=request.actor,
        party=bill.supplier.name,
        party_url=find_url("party", bill.supplier_id, can),
        trail=find_trail(request, BILLS, reverse("payables:bills"), bill.pk),
        key_amount=Fact(label=_("Total"), value=bill.total, kind="money", unit=bill.currency_code),
        key_date=Fact(label=_("Due"), value=bill.due_date, kind="date"),
        verbs=[*(_decisions(bill) if bill.state in WAITING else ()), _payment(bill, left)],
        facts=[
            Fact(label=_("Supplier's number"), value=bill.supplier_number, kind="code"),
            Fact(label=_("Date"), value=bill.date, kind="date"),
            Fact(label=_("To pay"), value=left, kind="money", unit=bill.currency_code),
            Fact(label=_("Held for"), value=held),
            Fact(label=_("Released by"), value=label_of_actor(bill.released_by) if bill.released_by else ""),
            Fact(label=_("Reason of release"), value=bill.release_reason),
            entry_fact("vendor_bill", bill.pk),
            Fact(label=_("Entered at"), value=bill.entered_at, kind="time"),
        ],
        lines=_lines(request, list(list_bill_lines(bill.pk))),
        amounts=[
            Amount(_("Net"), bill.net, bill.currency_code),
            Amount(_("Tax"), bill.tax, bill.currency_code),
            Amount(_("Total"), bill.total, bill.currency_code, strong=True),
        ],
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
        notice=_("This bill is held and in no books: %(reasons)s.") % {"reasons": held} if held else "",
    )


def _payment(bill: VendorBill, left: Decimal) -> Verb:
    return Verb(
        name="pay",
        label=_("Pay bill"),
        url=reverse("payables:pay", args=[bill.pk]),
        permission=PAY,
        icon="cash",
        enabled=left > 0,
        reason="" if left > 0 else _("Nothing of it is open."),
    )


def _decisions(bill: VendorBill) -> list[Verb]:
    """What can be done about a bill that waits. Matching it is a verb of buying, which knows the orders."""
    return [
        Verb(
            name="release",
            label=_("Release bill"),
            url=reverse("purchasing:release_bill", args=[bill.pk]),
            permission=RELEASE,
            method="get",
            icon="lock-open",
        ),
        Verb(
            name="match",
            label=_("Match again"),
            url=reverse("purchasing:match_bill", args=[bill.pk]),
            permission=SEND_BILL,
            icon="refresh",
        ),
        Verb(
            name="reject",
            label=_("Reject bill"),
            url=reverse("payables:reject", args=[bill.pk]),
            permission=REJECT,
            method="get",
            icon="x",
        ),
    ]


def _lines(request: CompanyRequest, lines: Sequence[VendorBillLine]) -> Lines:
    assert request.actor is not None
    columns = (
        product_column(request.actor.can),
        Column(name="description", label=_("Description")),
        measure_column(_("Billed")),
        Column(name="unit_price", label=_("Price"), kind="number", places=2),
        Column(name="found", label=_("Match"), kind="note", text=lambda row: reasons_of(row.found)),
        Column(name="net", label=_("Net"), kind="money"),
    )
    return Lines(columns=columns, rows=lines)


def pay(request: HttpRequest, pk: int) -> str:
    """Pay all that is open."""
    return pay_whole_bill(pk, actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


@requires(REJECT)
def reject(request: CompanyRequest, pk: int) -> HttpResponse:
    """Turn down a bill that is in no books."""
    lead = gettext_lazy("The supplier may send another bill under its number; this one stays with its reason.")
    return ask_reason(
        request,
        pk,
        reject_bills,
        heading=_("Reject %(number)s"),
        lead=lead,
        submit=_("Reject bill"),
        done=_("The bill is rejected."),
    )


def ask_reason(
    request: CompanyRequest,
    pk: int,
    operation: Callable[..., Any],
    *,
    heading: str,
    lead: str | Promise,
    submit: str,
    done: str,
) -> HttpResponse:
    """The page that asks why before it does `operation` to a bill."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        found = find_bill(pk)
    if found is None:
        raise Http404
    form, page = ReasonForm(request.POST or None), reverse("payables:bill", args=[pk])
    if request.method == "POST" and form.is_valid():
        work = partial(operation, bill_ids=[pk], reason=form.cleaned_data["reason"], actor=actor, at=clock.now())
        gone_on, _result = submit_form(request, form, work, done=done)
        if gone_on:
            return redirect(page)
    context = {
        "form": form,
        "heading": heading % {"number": found.number},
        "lead": lead,
        "submit": submit,
        "back_url": page,
        "trail": find_trail(request, BILLS, reverse("payables:bills"), pk),
    }
    with company_scope(actor, read_only=True):
        return render(request, "screens/form_page.html", context)


PAYABLES = Side(
    role=AccountRole.PAYABLE,
    heading=gettext_lazy("Ageing of payables"),
    party=gettext_lazy("Supplier"),
    empty=gettext_lazy("Nothing was owed to any supplier on that day."),
    url=lambda row: reverse("payables:bills", query={"unpaid": "any", "supplier": row.code}),
)


@requires(VIEW)
def ageing(request: CompanyRequest) -> HttpResponse:
    """What was owed to suppliers at the end of a day."""
    return draw_ageing(request, PAYABLES)


@requires(RELEASE)
def tolerance(request: CompanyRequest, pk: int | None = None) -> HttpResponse:
    """How far bills of a supplier, or of all, may be off before a person must look."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        row = MatchTolerance.objects.select_related("supplier").filter(pk=pk).first() if pk else None
        if pk and row is None:
            raise Http404
        form = ToleranceForm(request.POST or None, row=row)
        valid = form.is_valid()
    if request.method == "POST" and valid:
        work = partial(save_tolerances, drafts=[form.draft()], actor=actor, at=clock.now())
        names = {f"tolerances.0.{name}": name for name in form.fields}
        gone_on, _ids = submit_form(request, form, work, done=_("Tolerance saved."), names=names)
        if gone_on:
            return redirect("payables:tolerances")
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": (row.supplier.name if row.supplier else _("All suppliers")) if row else _("New tolerance"),
            "lead": _("Where both a share and an amount are given, one of them decides. Empty means no limit of that kind."),
            "submit": _("Save tolerance"),
            "back_url": reverse("payables:tolerances"),
            "trail": find_trail(request, TOLERANCES, reverse("payables:tolerances"), pk or 0),
        }
        return render(request, "screens/form_page.html", context)
