"""The pages of manufacturing orders and bills of materials, and the verbs of an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from erp.automation.timeline import DocumentStory
from erp.catalog.models import Product
from erp.core import clock
from erp.core.events import DocumentRef
from erp.documents.registry import find_url
from erp.identity.access import label_of_actor
from erp.identity.middleware import CompanyRequest
from erp.identity.queries import company_today
from erp.inventory.permissions import VIEW_VALUE
from erp.manufacturing.drafts import CompletionDraft
from erp.manufacturing.models import BillOfMaterials, ComponentLine, ManufacturingOrder
from erp.manufacturing.operations.complete_production import complete_production
from erp.manufacturing.operations.end_production import cancel_production, close_production
from erp.manufacturing.operations.issue_components import issue_components
from erp.manufacturing.operations.release_production import release_production
from erp.manufacturing.permissions import CLOSE, OPERATE, PLAN, RELEASE, SAVE_BOMS, VIEW, VIEW_BOMS
from erp.manufacturing.queries import find_bom, find_order, list_bom_lines, list_components, roll_up_costs, where_used
from erp.manufacturing.rules import CostNode
from erp.manufacturing.states import FAMILIES, OPEN, TRANSITIONS, ManufacturingOrderState
from erp.manufacturing.tables import BOMS, COST_SOURCES, ORDERS
from erp.screens.columns import product_column
from erp.screens.documents import DocumentPage, Fact, Lines, Step, Verb, steps_to
from erp.screens.lists import Column
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires

S = ManufacturingOrderState
STEPS = [(s.value, s.label) for s in S if s != S.CANCELLED]


@requires(VIEW)
def order(request: CompanyRequest, pk: int) -> HttpResponse:
    """One manufacturing order: what it takes, what of it is there, what came out and what it costs."""
    found = find_order(pk)
    if found is None:
        raise Http404
    return render(request, "screens/document.html", {"document": _page(request, found)})


def _page(request: CompanyRequest, order: ManufacturingOrder) -> DocumentPage:
    assert request.actor is not None and request.company is not None
    can, home = request.actor.can, request.company.currency_code
    story = DocumentStory(DocumentRef("manufacturing_order", order.pk), ManufacturingOrder, can)
    late = order.state in OPEN and order.due_date < company_today()
    return DocumentPage(
        number=order.number,
        title=_("Product"),
        type_label=_("Manufacturing order"),
        state_label=order.get_state_display(),
        state_family=FAMILIES[S(order.state)],  # type: ignore[arg-type]
        actor=request.actor,
        party=f"{order.product.sku} {order.product.name}",
        party_url=find_url("product", order.product_id, can),
        trail=find_trail(request, ORDERS, reverse("manufacturing:orders"), order.pk),
        key_amount=Fact(label=_("Quantity"), value=order.quantity, kind="quantity", unit=order.product.unit.code),
        key_date=Fact(label=_("Due"), value=order.due_date, kind="date"),
        steps=_steps(order),
        verbs=_verbs(order),
        facts=[
            Fact(label=_("Completed"), value=order.completed, kind="quantity", unit=order.product.unit.code),
            Fact(label=_("Scrapped"), value=order.scrapped, kind="quantity", unit=order.product.unit.code),
            Fact(label=_("Work in progress"), value=order.wip, kind="money", unit=home, permission=VIEW_VALUE),
            Fact(label=_("Start"), value=order.start_date, kind="date"),
            Fact(label=_("First due"), value=order.first_due_date, kind="date"),
            Fact(
                label=_("Bill of materials"),
                value=order.bom.code or order.product.sku,
                kind="code",
                url=find_url("bill_of_materials", order.bom_id, can),
            ),
            Fact(label=_("Warehouse"), value=order.warehouse.name),
            Fact(label=_("Placed by"), value=label_of_actor(order.actor)),
            Fact(label=_("Placed at"), value=order.placed_at, kind="time"),
        ],
        lines=_components(request, list(list_components(order.pk))),
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
        notice=_("This order is late.") if late else "",
    )


def _steps(order: ManufacturingOrder) -> list[Step]:
    if order.state == S.CANCELLED:
        return [Step(S.PLANNED.label, "done"), Step(S.CANCELLED.label, "bad")]
    return steps_to(STEPS, order.state, finished=order.state == S.CLOSED)


def _verbs(order: ManufacturingOrder) -> list[Verb]:
    def verb(name: str, label: str, permission: str, icon: str, possible: bool, **more: object) -> Verb:
        reason = "" if possible else _("The order is %(state)s.") % {"state": order.get_state_display().lower()}
        url = reverse(f"manufacturing:{name}", args=[order.pk])
        return Verb(name=name, label=label, url=url, permission=permission, icon=icon, enabled=possible, reason=reason, **more)  # type: ignore[arg-type]

    begun = order.state in (S.RELEASED, S.IN_PROGRESS)
    return [
        verb("release", _("Release order"), RELEASE, "player-play", order.state == S.PLANNED),
        verb("issue", _("Issue components"), OPERATE, "package-export", order.state == S.RELEASED),
        verb(
            "complete",
            _("Complete order"),
            OPERATE,
            "circle-check",
            begun,
            confirm_sentence=_("Report everything that is open as good."),
        ),
        verb("report", _("Report parts or scrap"), OPERATE, "list-check", begun, method="get"),
        verb("issue_parts", _("Issue in parts"), OPERATE, "package-export", begun, method="get"),
        verb("return_parts", _("Return components"), OPERATE, "package-import", order.state == S.IN_PROGRESS, method="get"),
        verb("close", _("Close order"), CLOSE, "lock", S.CLOSED in TRANSITIONS[order.state]),
        verb(
            "cancel",
            _("Cancel order"),
            PLAN,
            "ban",
            S.CANCELLED in TRANSITIONS[order.state],
            danger=True,
            confirm_sentence=_("Cancel %(number)s.") % {"number": order.number},
        ),
    ]


def _components(request: CompanyRequest, lines: Sequence[ComponentLine]) -> Lines:
    assert request.actor is not None
    columns = (
        product_column(request.actor.can),
        Column(name="name", label=_("Description"), field="product__name"),
        Column(name="required", label=_("Required"), kind="quantity", unit="product__unit__code"),
        Column(name="reserved", label=_("Reserved"), kind="quantity"),
        Column(name="issued", label=pgettext("components", "Issued"), kind="quantity"),
        Column(name="missing", label=_("Missing"), kind="quantity", text=_missing),
    )
    return Lines(columns=columns, rows=lines, title=_("Components"))


def _missing(line: ComponentLine) -> str:
    missing = line.required - line.issued - line.reserved
    return f"{missing.normalize():f}" if missing else ""


def release(request: HttpRequest, pk: int) -> None:
    release_production(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def issue(request: HttpRequest, pk: int) -> None:
    issue_components(order_ids=[pk], date=company_today(), actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def complete(request: HttpRequest, pk: int) -> None:
    """All that is open, good; parts and scrap are reported on a form."""
    order = ManufacturingOrder.objects.get(pk=pk)
    left = order.quantity - order.completed - order.scrapped
    draft = CompletionDraft(order_id=pk, good=left, date=company_today())
    complete_production(completions=[draft], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def close(request: HttpRequest, pk: int) -> None:
    close_production(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


def cancel(request: HttpRequest, pk: int) -> None:
    cancel_production(order_ids=[pk], actor=request.actor, at=clock.now())  # type: ignore[attr-defined]


@dataclass(frozen=True)
class TreeRow:
    """A component of the tree: how deep, how much of it one of the product takes, what that costs."""

    id: int
    level: int
    product: Product
    per: Decimal
    cost: Decimal | None
    source: str = ""

    @property
    def product_id(self) -> int:
        return self.product.pk


@requires(VIEW_BOMS)
def bom(request: CompanyRequest, pk: int) -> HttpResponse:
    """One bill of materials: its tree with the cost rolled up, and what the product goes into itself."""
    found = find_bom(pk)
    if found is None:
        raise Http404
    assert request.actor is not None and request.company is not None
    can, home, today = request.actor.can, request.company.currency_code, company_today()
    story = DocumentStory(DocumentRef("bill_of_materials", pk), BillOfMaterials, can)
    node = roll_up_costs([found.product_id], on=today)[found.product_id]
    used = where_used(found.product_id, on=today)
    names = Product.objects.select_related("unit").in_bulk({*_ids(node), *(row[0] for row in used)})
    rows = _rows(node, names)
    users = [TreeRow(i, level, names[product], per, None) for i, (product, level, per) in enumerate(used)]
    state = (_("In force"), "open") if found.active else (_("Out of use"), "cancelled")
    page = DocumentPage(
        number=found.product.sku,
        title=_("Product"),
        type_label=_("Bill of materials"),
        state_label=state[0],
        state_family=state[1],  # type: ignore[arg-type]
        actor=request.actor,
        party=found.product.name,
        party_url=find_url("product", found.product_id, can),
        trail=find_trail(request, BOMS, reverse("manufacturing:boms"), pk),
        key_amount=Fact(
            label=_("Cost of one") if node.known else _("Cost of one, parts missing"),
            value=node.each,
            kind="money",
            unit=home,
            permission=VIEW_VALUE,
        ),
        verbs=[
            Verb(
                name="edit",
                label=_("Edit bill of materials"),
                url=reverse("manufacturing:edit_bom", args=[pk]),
                permission=SAVE_BOMS,
                method="get",
                icon="pencil",
            )
        ],
        facts=[
            Fact(label=_("Makes"), value=found.quantity, kind="quantity", unit=found.product.unit.code),
            Fact(label=_("Yield"), value=found.yield_fraction * 100, kind="percent"),
            Fact(label=_("Lead days"), value=found.lead_days, kind="number"),
            Fact(label=_("Phantom"), value=found.phantom, kind="flag"),
            Fact(label=_("Valid from"), value=found.valid_from_date, kind="date"),
            Fact(label=_("Valid to"), value=found.valid_to_date, kind="date"),
            Fact(label=_("Lines"), value=list_bom_lines(pk).count(), kind="number"),
        ],
        lines=_tree(request, rows, _("Components over all levels"), costs=True),
        more_lines=[_tree(request, users, _("Where it is used"), costs=False)] if users else [],
        related=story.related(),
        timeline=story.timeline(),
        comment_url=story.comment_url,
    )
    return render(request, "screens/document.html", {"document": page})


def _rows(node: CostNode, names: Mapping[int, Product]) -> list[TreeRow]:
    return [
        TreeRow(i, level, names[part.product_id], per, per * part.each if part.known else None, str(COST_SOURCES[part.source]))
        for i, (level, per, part) in enumerate(_flat(node, Decimal(1), 1))
    ]


def _ids(node: CostNode) -> set[int]:
    return {node.product_id}.union(*(_ids(below) for _pk, _per, below in node.parts))


def _flat(node: CostNode, per: Decimal, level: int) -> list[tuple[int, Decimal, CostNode]]:
    """The tree from the top: level, how much one of the head takes, and what it is."""
    found: list[tuple[int, Decimal, CostNode]] = []
    for _product, each, below in node.parts:
        found.append((level, per * each, below))
        found += _flat(below, per * each, level + 1)
    return found


def _tree(request: CompanyRequest, rows: Sequence[TreeRow], title: str, *, costs: bool) -> Lines:
    assert request.actor is not None
    indent: Mapping[int, str] = {row.id: "· " * (row.level - 1) for row in rows}
    columns = (
        Column(name="level", label=_("Level"), kind="number"),
        product_column(request.actor.can),
        Column(name="name", label=_("Name"), text=lambda row: f"{indent[row.id]}{row.product.name}"),
        Column(name="per", label=_("For one"), kind="quantity", unit="product__unit__code"),
        *([Column(name="cost", label=_("Cost"), kind="money", permission=VIEW_VALUE)] if costs else []),
        *([Column(name="source", label=_("Cost from"), permission=VIEW_VALUE)] if costs else []),
    )
    return Lines(columns=columns, rows=rows, title=title)
