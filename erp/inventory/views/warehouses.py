"""The page of a warehouse, and the form that opens or changes one."""

from decimal import Decimal

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from erp.automation.timeline import DocumentStory
from erp.core import clock
from erp.core.events import DocumentRef
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.inventory.forms import WarehouseForm
from erp.inventory.models import Warehouse
from erp.inventory.operations.save_warehouses import save_warehouses
from erp.inventory.permissions import EDIT_WAREHOUSES, VIEW_STOCK, VIEW_VALUE
from erp.inventory.queries import WarehouseTotals, find_warehouse, warehouse_totals
from erp.inventory.tables import ACTIVE, WAREHOUSES
from erp.screens.conflicts import noting_conflicts
from erp.screens.documents import Counter, DocumentPage, Fact, Verb
from erp.screens.forms import submit_form
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(VIEW_STOCK)
@require_safe
def warehouse(request: CompanyRequest, pk: int) -> HttpResponse:
    """One warehouse: what lies there and what happened to its record."""
    return render(request, "screens/document.html", {"document": _page(request, _find(pk))})


@requires(EDIT_WAREHOUSES)
def new_warehouse(request: CompanyRequest) -> HttpResponse:
    """Open a warehouse or shop."""
    return _edit(request, None)


@requires(EDIT_WAREHOUSES)
def edit_warehouse(request: CompanyRequest, pk: int) -> HttpResponse:
    """Change a warehouse."""
    return _edit(request, pk)


def _edit(request: CompanyRequest, pk: int | None) -> HttpResponse:
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        row = _find(pk) if pk else None
        form = WarehouseForm(request.POST or None, warehouse=row)
        valid = form.is_valid()
    if request.method == "POST" and valid:
        save = noting_conflicts(form, lambda: save_warehouses(warehouses=[form.draft()], actor=actor, at=clock.now()))
        gone_well, ids = submit_form(request, form, save, done=_("Warehouse saved."))
        if gone_well:
            saved = pk or (ids[0] if ids else None)
            return redirect("inventory:warehouse", saved) if saved else redirect("inventory:warehouses")
    context = {
        "form": form,
        "heading": _("Edit %(name)s") % {"name": row.name} if row else _("New warehouse"),
        "submit": _("Save warehouse"),
        "back_url": reverse("inventory:warehouse", args=[pk]) if pk else reverse("inventory:warehouses"),
    }
    with company_scope(actor, read_only=True):
        return render(request, "screens/form_page.html", context)


def _find(pk: int) -> Warehouse:
    found = find_warehouse(pk)
    if found is None:
        raise Http404
    return found


def _page(request: CompanyRequest, row: Warehouse) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    state, totals = ACTIVE[row.active], warehouse_totals(row.pk)
    story = DocumentStory(DocumentRef("warehouse", row.pk), Warehouse, request.actor.can)
    edit_url = reverse("inventory:edit_warehouse", args=[row.pk])
    value = Fact(label=_("Stock value"), value=totals.value, kind="money", unit=request.company.currency_code)
    return DocumentPage(
        number=row.name,
        title="",
        type_label=row.code,
        state_label=state.label,
        state_family=state.family,
        actor=request.actor,
        trail=find_trail(request, WAREHOUSES, reverse("inventory:warehouses"), row.pk),
        key_amount=value if request.actor.can(VIEW_VALUE) else None,
        verbs=[
            Verb(name="edit", label=_("Edit warehouse"), url=edit_url, permission=EDIT_WAREHOUSES, method="get", icon="pencil")
        ],
        counters=_counters(row, totals),
        facts=[
            Fact(label=_("Code"), value=row.code, kind="code"),
            Fact(label=_("Name"), value=row.name),
            Fact(label=_("Products on hand"), value=Decimal(totals.products), kind="number"),
            Fact(label=_("Known as"), value=f"{row.external_source} {row.external_ref}".strip()),
        ],
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )


def _counters(row: Warehouse, totals: WarehouseTotals) -> list[Counter]:
    def of(label: str, count: int, name: str, icon: str) -> Counter:
        return Counter(label, count, reverse(f"inventory:{name}", query={"warehouse": row.code}), icon)

    return [
        of(_("Stock levels"), totals.levels, "levels", "packages"),
        of(_("Receipts"), totals.receipts, "receipts", "package-import"),
        of(_("Stock counts"), totals.counts, "counts", "clipboard-check"),
    ]
