"""From drafts to priced quotations: look everything up once for the whole set, judge all, price all."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.models import Opportunity, Quotation
from crm.pipeline.operations.judge_quotations import Facts, judge_quotation
from crm.pipeline.rules import default_price
from erp.catalog.measures import take_measure
from erp.catalog.pricing import list_price, priced_products
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue
from erp.core.money import LARGEST_AMOUNT, ZERO
from erp.documents.drafts import judge_edits, judge_external_refs, possible_ids, raise_draft_refusals
from erp.identity.queries import company_facts
from erp.inventory.models import Warehouse
from erp.parties.models import Party
from erp.reference.queries import find_exchange_rates, minor_units
from erp.reference.rules import TaxedAmount, sum_lines
from erp.sales.pricing import PricedLine, below_floor, price_line


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A quotation with everything decided, ready to be written."""

    draft: QuotationDraft
    warehouse_id: int
    currency_code: str
    rate: Decimal
    promised_date: datetime.date
    lines: Sequence[PricedLine]
    amount: TaxedAmount


def prepare_quotations(
    drafts: Sequence[QuotationDraft], *, locked: Mapping[int, Quotation], actor: Actor, complete: bool = False
) -> list[Prepared]:
    """Judge and price the drafts; raises all refusals of all of them. `complete`: each must have lines."""
    facts = _look_up(drafts, actor)
    refusals = judge_edits(Quotation, drafts, locked) + judge_external_refs(Quotation, drafts)
    for row, draft in enumerate(drafts):
        refusals += judge_quotation(draft, facts, row=row, current=locked.get(draft.id or 0), complete=complete)
    if refusals and complete:
        refusals += _judge_floors(drafts, facts, refusals)
    raise_draft_refusals(refusals, drafts)
    prepared = [_prepare(draft, facts) for draft in drafts]
    raise_draft_refusals([refusal for row, one in enumerate(prepared) for refusal in _judge_totals(one, row)], drafts)
    return prepared


def _look_up(drafts: Sequence[QuotationDraft], actor: Actor) -> Facts:
    """Everything the drafts refer to: one statement per kind of record."""
    home = company_facts(actor.company_id).currency_code
    parties = Party.objects.filter(pk__in=possible_ids(d.customer_id for d in drafts)).only(
        "name", "currency_id", "is_customer", "active"
    )
    opportunities = possible_ids(d.opportunity_id for d in drafts)
    customers = {party.pk: party for party in parties}
    dates = {d.date for d in drafts if isinstance(d.date, datetime.date)}
    asked = {(c, d.date) for d in drafts if d.date in dates and _looks_like_code(c := _currency(d, customers))}
    return Facts(
        company_currency=home,
        customers=customers,
        products=priced_products(
            ((pk, d.date) for d in drafts if d.date in dates for pk in possible_ids(line.product_id for line in d.lines)),
            units=(line.unit for d in drafts for line in d.lines),
        ),
        warehouses=dict(Warehouse.objects.order_by("id").values_list("id", "active")),
        opportunities=dict(Opportunity.objects.filter(pk__in=opportunities).values_list("id", "customer_id"))
        if opportunities
        else {},
        rates=find_exchange_rates(asked, company_currency=home),
    )


def _currency(draft: QuotationDraft, customers: Mapping[int, Party]) -> str:
    if draft.currency_code or draft.customer_id not in customers:
        return draft.currency_code
    return customers[draft.customer_id].currency_id


def _looks_like_code(currency: str) -> bool:
    return len(currency) == 3 and currency.isalpha()


def _prepare(draft: QuotationDraft, facts: Facts) -> Prepared:
    currency = _currency(draft, facts.customers)
    rate, places = facts.rates[currency, draft.date], minor_units(currency)
    lines = [_price(line, draft, facts, rate, places) for line in draft.lines]
    return Prepared(
        draft=draft,
        warehouse_id=draft.warehouse_id or facts.first_warehouse,
        currency_code=currency,
        rate=rate,
        promised_date=draft.promised_date or draft.date,
        lines=lines,
        amount=sum_lines(line.amount for line in lines),
    )


def _price(line: QuotationLineDraft, draft: QuotationDraft, facts: Facts, rate: Decimal, places: int) -> PricedLine:
    product = facts.products[line.product_id, draft.date]
    inclusive = draft.prices_include_tax
    measure = take_measure(line.quantity, line.unit, product.units, product=product.sku)
    unit_price = line.unit_price
    if unit_price is None:
        tax_rate = product.tax_rate or ZERO
        unit_price = default_price(
            list_price=list_price(product, measure.ratio), rate=rate, tax_rate=tax_rate, inclusive=inclusive, places=places
        )
    return price_line(
        product,
        measure=measure,
        unit_price=unit_price,
        discount=line.discount,
        description=line.description,
        rate=rate,
        places=places,
        inclusive=inclusive,
    )


def _judge_floors(
    drafts: Sequence[QuotationDraft], facts: Facts, refusals: Sequence[BusinessRuleViolation]
) -> list[BusinessRuleViolation]:
    """Prices that the sales order would refuse, said beside what is refused already: it is asked when nothing else is wrong."""
    wrong = {(refusal.params.get("row"), *refusal.field.split(".")[:2]) for refusal in refusals}
    found: list[BusinessRuleViolation] = []
    for row, draft in enumerate(drafts):
        currency = _currency(draft, facts.customers)
        rate = facts.rates.get((currency, draft.date))
        for i, line in enumerate(draft.lines if rate else ()):
            if rate is None or (row, "lines", str(i)) in wrong:
                continue
            priced = _price(line, draft, facts, rate, minor_units(currency))
            refusal = below_floor(priced, rate=rate, inclusive=draft.prices_include_tax, field=f"lines.{i}.unit_price")
            if refusal:
                refusal.params["row"] = row
                found.append(refusal)
    return found


def _judge_totals(prepared: Prepared, row: int) -> list[BusinessRuleViolation]:
    if prepared.amount.total < LARGEST_AMOUNT:
        return []
    return [
        InvalidValue(
            field="lines", row=row, what=_("total"), value=prepared.amount.total, rule=_("Split it into smaller quotations.")
        )
    ]
