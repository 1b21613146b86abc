"""Reads of buying: terms of agreements, and the choice among them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from erp.core.actor import Actor
from erp.core.rows import COMPANY, fetch
from erp.core.scope import current_company_id
from erp.documents.drafts import versioned
from erp.identity.queries import company_facts
from erp.purchasing.drafts import PurchaseOrderDraft, SupplierChoice, SupplyNeed
from erp.purchasing.models import (
    AdviceLine,
    Agreement,
    AgreementLine,
    ClearingFact,
    OrderMessage,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseReturn,
    PurchaseReturnLine,
    Requisition,
    RequisitionLine,
    SupplierAnswer,
)
from erp.purchasing.rules import Choice, Terms, Tier, choose_supplier
from erp.purchasing.states import PurchaseOrderState
from erp.reference.queries import find_exchange_rates
from erp.reference.rules import Ratio

_TERMS = f"""
SELECT l.id, a.id, a.number, l.supplier_id, p.code, l.product_id, a.currency_code, l.unit, l.unit_numerator, l.unit_denominator,
       l.lead_days, l.min_quantity, l.max_quantity, l.multiple, a.preferred, a.blocked, l.active AND p.active AND p.is_supplier,
       a.valid_from_date, a.valid_to_date, t.quantities, t.prices, t.starts, t.ends
FROM purchasing_agreementline l
JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id
JOIN parties_party p ON p.company_id = l.company_id AND p.id = l.supplier_id
LEFT JOIN LATERAL (
    SELECT array_agg(x.from_quantity ORDER BY x.id) AS quantities, array_agg(x.price ORDER BY x.id) AS prices,
           array_agg(x.valid_from_date ORDER BY x.id) AS starts, array_agg(x.valid_to_date ORDER BY x.id) AS ends
    FROM purchasing_pricetier x WHERE x.company_id = l.company_id AND x.line_id = l.id
) t ON true
WHERE l.company_id = {COMPANY} AND {{which}}
"""  # noqa: S608
_OF_PRODUCTS = _TERMS.format(which="l.product_id = ANY (%s::bigint[])")
_OF_LINES = _TERMS.format(which="l.id = ANY (%s::bigint[])")
_ORDER_FACTS = f"""
SELECT o.id, o.number, p.code, w.code, o.currency_code, o.company_total FROM purchasing_purchaseorder o
JOIN parties_party p ON p.company_id = o.company_id AND p.id = o.supplier_id
JOIN inventory_warehouse w ON w.company_id = o.company_id AND w.id = o.warehouse_id
WHERE o.company_id = {COMPANY} AND o.id = ANY(%s::bigint[]) AND o.state = 'draft' ORDER BY o.id
"""  # noqa: S608

_ON_ITS_WAY = f"""
WITH advised AS (
    SELECT l.order_line_id, sum(l.quantity) AS quantity, min(a.at) AS since
    FROM purchasing_advice a JOIN purchasing_adviceline l ON l.company_id = a.company_id AND l.advice_id = a.id
    WHERE a.company_id = {COMPANY} AND a.order_id = ANY (%s::bigint[]) AND NOT EXISTS (
        SELECT FROM purchasing_goodsreceiptline g WHERE g.company_id = l.company_id AND g.advice_line_id = l.id
    )
    GROUP BY l.order_line_id
)
SELECT d.order_line_id, d.quantity - came.quantity FROM advised d CROSS JOIN LATERAL (
    SELECT coalesce(sum(g.arrived), 0) AS quantity FROM purchasing_goodsreceiptline g
    WHERE g.company_id = {COMPANY} AND g.order_line_id = d.order_line_id AND g.advice_line_id IS NULL AND g.at > d.since
) came
WHERE d.quantity > came.quantity
"""  # noqa: S608


class PurchaseOrderFacts(NamedTuple):
    """What rules may ask of an order."""

    id: int
    number: str
    supplier: str
    warehouse: str
    currency: str
    company_total: Decimal


def order_facts(order_ids: Sequence[int]) -> list[PurchaseOrderFacts]:
    """Facts of those of the orders that are still drafts."""
    return [PurchaseOrderFacts(*row) for row in fetch(_ORDER_FACTS, [list(order_ids)])]


def orders_awaiting_approval(order_ids: Iterable[int]) -> list[int]:
    """Those of the orders that wait for it."""
    rows = PurchaseOrder.objects.filter(pk__in=list(order_ids), state=PurchaseOrderState.AWAITING_APPROVAL)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def terms_of_products(product_ids: Iterable[int], *, on: datetime.date, company_id: int) -> dict[int, list[Terms]]:
    """All terms of the products, usable or not, by product; one statement, one more for foreign currencies."""
    found: dict[int, list[Terms]] = {}
    for terms in _with_rates(fetch(_OF_PRODUCTS, [sorted(set(product_ids))]), on, company_id):
        found.setdefault(terms.product_id, []).append(terms)
    return found


def terms_of_lines(line_ids: Iterable[int], *, on: datetime.date, company_id: int) -> dict[int, Terms]:
    """The terms of agreement lines, by their id."""
    asked = sorted(set(line_ids))
    return {t.line_id: t for t in _with_rates(fetch(_OF_LINES, [asked]), on, company_id)} if asked else {}


def open_clearing_of(order_id: int) -> dict[int, Decimal]:
    """What is received and not billed of the order's lines, or the other way, in company currency; lines of nothing left out."""
    facts = ClearingFact.objects.filter(order_line__order_id=order_id).values("order_line_id")
    return dict(facts.annotate(left=Sum("amount")).exclude(left=0).order_by("order_line_id").values_list("order_line_id", "left"))


def messages_of(order_id: int) -> QuerySet[OrderMessage]:
    """The conversation about an order, the last first."""
    return OrderMessage.objects.filter(order_id=order_id).order_by("-id")


def keep_to_agreement(order: PurchaseOrderDraft, *, company_id: int) -> PurchaseOrderDraft:
    """The order whose lines that name neither a price nor an agreement's line keep to what is agreed with the supplier, where all
    of them find it in one agreement: that of the order, if it names one."""
    bare = {line.product_id for line in order.lines if line.unit_price is None and line.agreement_line_id is None}
    terms = terms_of_products(bare, on=order.date, company_id=company_id) if bare else {}
    found: dict[int, Terms] = {}
    for i, line in enumerate(order.lines):
        fitting = (
            t
            for t in terms.get(line.product_id, ())
            if line.unit_price is None
            and line.agreement_line_id is None
            and (t.supplier_id, t.active, t.blocked, t.in_force(order.date)) == (order.supplier_id, True, False, True)
            and line.unit in ("", t.unit)
            and order.agreement_id in (None, t.agreement_id)
        )
        if (one := next(fitting, None)) is not None:
            found[i] = one
    if len({t.agreement_id for t in found.values()}) != 1:
        return order
    lines = [replace(line, agreement_line_id=found[i].line_id) if i in found else line for i, line in enumerate(order.lines)]
    return replace(order, agreement_id=next(iter(found.values())).agreement_id, lines=lines)


def choose_suppliers(needs: Sequence[SupplyNeed], *, on: datetime.date, company_id: int) -> dict[int, SupplierChoice]:
    """The supplier of each need by its place in the sequence; a need nobody can serve is left out."""
    return {i: choice for i, (choice, _reason) in look_for_suppliers(needs, on=on, company_id=company_id).items() if choice}


def agreed_prices(product_ids: Sequence[int], on: datetime.date) -> dict[int, Decimal]:
    """What one of each product's unit would be bought for, in company currency: the price of the smallest order from the supplier
    who would be chosen. Products that nobody would sell are left out."""
    terms = terms_of_products(product_ids, on=on, company_id=current_company_id())
    choices = {pk: choose_supplier(found, Decimal(1), on)[0] for pk, found in terms.items()}
    return {pk: choice.each for pk, choice in choices.items() if choice}


def look_for_suppliers(
    needs: Sequence[SupplyNeed], *, on: datetime.date, company_id: int
) -> dict[int, tuple[SupplierChoice | None, dict[str, object]]]:
    """The same with the reason where nobody can."""
    terms = terms_of_products((need.product_id for need in needs), on=on, company_id=company_id)
    found = {}
    for i, need in enumerate(needs):
        candidates = [t for t in terms.get(need.product_id, []) if need.supplier_id in (None, t.supplier_id)]
        choice, reason = choose_supplier(candidates, need.quantity, on)
        found[i] = (_finished(choice, need.quantity) if choice else None, reason)
    return found


def _finished(choice: Choice, quantity: Decimal) -> SupplierChoice:
    terms = choice.terms
    return SupplierChoice(
        agreement_line_id=terms.line_id,
        agreement_id=terms.agreement_id,
        supplier_id=terms.supplier_id,
        currency=terms.currency,
        price=choice.price,
        unit=terms.unit,
        ratio=terms.ratio,
        minimum=terms.minimum,
        maximum=terms.maximum,
        multiple=terms.multiple,
        lead_days=terms.lead_days,
        lots=terms.lots(quantity),
        reason=choice.reason,
    )


def _with_rates(rows: Sequence[tuple[Any, ...]], on: datetime.date, company_id: int) -> list[Terms]:
    home = company_facts(company_id).currency_code
    rates = find_exchange_rates({(row[6], on) for row in rows}, company_currency=home)
    return [_terms(row, rates.get((row[6], on))) for row in rows]


def _terms(row: tuple[Any, ...], rate: Decimal | None) -> Terms:
    tiers = [Tier(*one) for one in zip(*(column or () for column in row[19:23]), strict=True)]
    return Terms(
        line_id=row[0],
        agreement_id=row[1],
        agreement_number=row[2],
        supplier_id=row[3],
        supplier_code=row[4],
        product_id=row[5],
        currency=row[6],
        rate=rate,
        unit=row[7],
        ratio=Ratio(row[8], row[9]),
        lead_days=row[10],
        minimum=row[11],
        maximum=row[12],
        multiple=row[13],
        preferred=row[14],
        blocked=row[15],
        active=row[16],
        valid_from=row[17],
        valid_to=row[18],
        tiers=tiers,
    )


def list_purchase_orders(actor: Actor) -> QuerySet[PurchaseOrder]:
    """Orders with their `company_currency`."""
    rows = PurchaseOrder.objects.select_related("supplier", "warehouse", "agreement")
    return rows.annotate(company_currency=Value(company_facts(actor.company_id).currency_code))


def list_requisitions() -> QuerySet[Requisition]:
    """Requisitions with the number of their lines that are `to_order` and the first day by which one of these is `needed`."""
    lines = RequisitionLine.objects.filter(requisition=OuterRef("pk"), order_line=None).order_by().values("requisition")
    rows = Requisition.objects.select_related("warehouse")
    return rows.annotate(
        to_order=Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0),
        needed=Subquery(lines.annotate(day=Min("need_date")).values("day")),
    )


def find_requisition(pk: int) -> Requisition | None:
    return Requisition.objects.select_related("warehouse").filter(pk=pk).first()


def list_requisition_lines(requisition_id: int) -> QuerySet[RequisitionLine]:
    rows = RequisitionLine.objects.filter(requisition_id=requisition_id).order_by("sequence")
    return rows.select_related("product__unit", "supplier", "order_line__order")


def find_purchase_order(pk: int) -> PurchaseOrder | None:
    return PurchaseOrder.objects.select_related("supplier", "warehouse", "agreement").filter(pk=pk).first()


def list_order_lines(order_id: int) -> QuerySet[PurchaseOrderLine]:
    return PurchaseOrderLine.objects.filter(order_id=order_id).select_related("product__unit").order_by("sequence")


def advised_lines(order_id: int) -> dict[int, tuple[int, Decimal]]:
    """By order line the oldest advice of it that has not come in: its line and how much, in the product's unit."""
    rows = AdviceLine.objects.filter(advice__order_id=order_id, goodsreceiptline__isnull=True).order_by("-id")
    return {line: (pk, quantity) for pk, line, quantity in rows.values_list("id", "order_line_id", "quantity")}


def on_its_way(order_ids: Sequence[int]) -> dict[int, Decimal]:
    """By order line what was advised and has not come in, in the product's unit. Goods that came in since without naming an
    advice count as those advised first; one statement."""
    return dict(fetch(_ON_ITS_WAY, [list(order_ids)]))


def waiting_answers(order_id: int) -> QuerySet[SupplierAnswer]:
    """Counter-proposals that nobody has settled, oldest first."""
    rows = SupplierAnswer.objects.filter(order_id=order_id, kind=SupplierAnswer.Kind.COUNTER, outcomes__isnull=True)
    return rows.select_related("line__product").order_by("id")


def list_agreements() -> QuerySet[Agreement]:
    """Agreements with the number of their `items`."""
    lines = AgreementLine.objects.filter(agreement=OuterRef("pk"), active=True).order_by().values("agreement")
    items = Coalesce(Subquery(lines.annotate(n=Count("id")).values("n")), 0)
    return Agreement.objects.select_related("supplier").annotate(items=items)


def find_agreement(pk: int) -> Agreement | None:
    """The agreement with its `version`."""
    rows: QuerySet[Agreement] = versioned(Agreement.objects.select_related("supplier", "payment_term"))
    return rows.filter(pk=pk).first()


def list_agreement_lines(agreement_id: int) -> QuerySet[AgreementLine]:
    rows = AgreementLine.objects.filter(agreement_id=agreement_id).select_related("product__unit").order_by("sequence", "id")
    return rows.prefetch_related("tiers")


def list_returns(actor: Actor) -> QuerySet[PurchaseReturn]:
    """Returns with their `company_currency`."""
    return PurchaseReturn.objects.select_related("supplier", "order").annotate(
        company_currency=Value(company_facts(actor.company_id).currency_code)
    )


def find_return(pk: int) -> PurchaseReturn | None:
    return PurchaseReturn.objects.select_related("supplier", "order").filter(pk=pk).first()


def list_return_lines(return_id: int) -> QuerySet[PurchaseReturnLine]:
    rows = PurchaseReturnLine.objects.filter(purchase_return_id=return_id)
    return rows.select_related("order_line__product").order_by("sequence")
