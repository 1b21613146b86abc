"""What is wrong with one draft of a quotation, all at once."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.errors import NoLines, NotACustomer, ProductNotForSale
from crm.pipeline.models import Quotation, QuotationLine
from crm.pipeline.states import QuotationState
from erp.catalog.measures import judge_measure
from erp.catalog.pricing import PricedProduct, list_price
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, WrongState
from erp.core.money import ZERO, too_large
from erp.documents.drafts import judge_fields
from erp.parties.models import Party
from erp.reference.queries import NoExchangeRate, is_currency

MOST_LINES = 10_000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the drafts of a set refer to. `rates` has no entry where no exchange rate is known."""

    company_currency: str
    customers: Mapping[int, Party]
    products: Mapping[tuple[int, datetime.date], PricedProduct]
    warehouses: Mapping[int, bool]
    opportunities: Mapping[int, int]
    rates: Mapping[tuple[str, datetime.date], Decimal]

    @property
    def first_warehouse(self) -> int:
        return next((pk for pk, active in self.warehouses.items() if active), 0)


class _Notes:
    """Refusals about one draft: where and of what is said once."""

    def __init__(self, row: int, document: str) -> None:
        self.row, self.document = row, document
        self.refusals: list[BusinessRuleViolation] = []

    def add(self, refusal: type[BusinessRuleViolation], field: str, **params: Any) -> None:
        self.refusals.append(refusal(field=field, row=self.row, document=self.document, **params))

    def extend(self, refusals: Iterable[BusinessRuleViolation]) -> None:
        self.refusals.extend(refusals)

    def has(self, prefix: str) -> bool:
        return any(refusal.field.startswith(prefix) for refusal in self.refusals)

    def says(self, field: str, value: str) -> bool:
        return any(refusal.field == field and refusal.params.get("value") == value for refusal in self.refusals)


def judge_quotation(
    draft: QuotationDraft, facts: Facts, *, row: int, current: Quotation | None, complete: bool
) -> list[BusinessRuleViolation]:
    """Every refusal of one draft; `complete` also wants lines."""
    usual = _("This order") if complete else Quotation._meta.verbose_name
    notes = _Notes(row, current.number if current else draft.reference or str(usual))
    notes.extend(judge_fields(Quotation, _filled(draft), row=row, document=notes.document))
    if current and current.state != QuotationState.DRAFT:
        notes.add(WrongState, "id", document_id=current.pk, state=current.get_state_display())
    _judge_customer(draft, facts, notes)
    if draft.warehouse_id is not None and not facts.warehouses.get(draft.warehouse_id):
        notes.add(UnknownCode, "warehouse", what=_("active warehouse"), value=draft.warehouse_id)
    if draft.warehouse_id is None and not facts.first_warehouse:
        notes.add(UnknownCode, "warehouse", what=_("active warehouse"), value="")
    if draft.opportunity_id is not None and facts.opportunities.get(draft.opportunity_id) != draft.customer_id:
        notes.add(UnknownCode, "opportunity", what=_("opportunity of this customer"), value=draft.opportunity_id)
    if not notes.has("date"):
        _judge_dates(draft, notes)
    if complete and not draft.lines:
        notes.add(NoLines, "lines")
    if len(draft.lines) > MOST_LINES:
        notes.add(InvalidValue, "lines", what=_("lines"), value=len(draft.lines), rule=_("Split it into smaller quotations."))
    for i, line in enumerate(draft.lines):
        _judge_line(line, draft.date, facts, f"lines.{i}.", notes)
    return notes.refusals


def _filled(draft: QuotationDraft) -> QuotationDraft:
    """What is decided later must not look missing now."""
    later = {"promised_date": draft.date} if draft.promised_date is None else {}
    return QuotationDraft(**{**draft.__dict__, **later, "currency_code": draft.currency_code or "XXX"})


def _judge_customer(draft: QuotationDraft, facts: Facts, notes: _Notes) -> None:
    customer = facts.customers.get(draft.customer_id)
    if customer is None:
        notes.add(UnknownCode, "customer", what=_("customer"), value=draft.customer_id)
        return
    if not (customer.is_customer and customer.active):
        notes.add(NotACustomer, "customer", customer=customer.name)
    currency = draft.currency_code or customer.currency_id
    if not notes.has("currency") and not is_currency(currency):
        notes.add(UnknownCode, "currency", what=_("currency"), value=currency)
    if (currency, draft.date) not in facts.rates and not notes.has("date") and not notes.has("currency"):
        notes.add(NoExchangeRate, "currency", currency=currency, date=draft.date.isoformat())


def _judge_dates(draft: QuotationDraft, notes: _Notes) -> None:
    later = [
        ("promised_date", _("promised"), draft.promised_date),
        ("valid_until_date", _("valid until"), draft.valid_until_date),
    ]
    for field, what, value in later:
        if isinstance(value, datetime.date) and value < draft.date:
            notes.add(
                InvalidValue, field, what=what, value=value.isoformat(), rule=_("Enter a date not before that of the quotation.")
            )


def _judge_line(line: QuotationLineDraft, date: datetime.date, facts: Facts, prefix: str, notes: _Notes) -> None:
    shape = judge_fields(QuotationLine, line, row=notes.row, document=notes.document, prefix=prefix)
    optional = {f"{prefix}description", f"{prefix}unit", *([f"{prefix}unit_price"] if line.unit_price is None else [])}
    wrong = [refusal for refusal in shape if refusal.code != "missing_value" or refusal.field not in optional]
    notes.extend(wrong)
    readable = {"quantity", "unit", "unit_price", "discount"} - {refusal.field.removeprefix(prefix) for refusal in wrong}
    _judge_figures(line, readable, prefix, notes)
    if not isinstance(date, datetime.date):
        return  # said already; nothing can be looked up for no day
    product = facts.products.get((line.product_id, date))
    if product is None:
        notes.add(UnknownCode, f"{prefix}product", what=_("product"), value=line.product_id)
        return
    if not product.active:
        notes.add(ProductNotForSale, f"{prefix}product", product=product.sku)
    if product.tax_rate is None and not notes.says("date", product.tax_code):
        notes.add(UnknownCode, "date", what=_("tax rate of that day for"), value=product.tax_code)
    if {"quantity", "unit", "unit_price"} <= readable:
        _judge_measure(line, product, prefix, notes)


def _judge_figures(line: QuotationLineDraft, readable: set[str], prefix: str, notes: _Notes) -> None:
    """Each figure by itself, so that what is wrong with one does not hide another."""
    price = ZERO if line.unit_price is None else line.unit_price
    checks: Sequence[tuple[str, Callable[[], bool], Any, Decimal, Any]] = (
        ("quantity", lambda: line.quantity <= 0, _("quantity"), line.quantity, _("Enter a quantity above zero.")),
        ("unit_price", lambda: price < 0, _("price"), price, _("Enter a price of zero or more.")),
        ("discount", lambda: not 0 <= line.discount <= 1, _("discount"), line.discount, _("Enter a discount from 0 to 100 %.")),
    )
    for field, is_broken, what, value, rule in checks:
        if field in readable and is_broken():
            notes.add(InvalidValue, prefix + field, what=what, value=f"{value:f}", rule=rule)


def _judge_measure(line: QuotationLineDraft, product: PricedProduct, prefix: str, notes: _Notes) -> None:
    ratio = product.units.ratio(line.unit)
    usual = list_price(product, ratio) if ratio else ZERO
    if too_large(line.quantity, usual if line.unit_price is None else line.unit_price):
        rule = _("Enter a smaller number.")
        notes.add(InvalidValue, f"{prefix}quantity", what=_("quantity"), value=f"{line.quantity:f}", rule=rule)
    for refusal in judge_measure(line.quantity, line.unit, product.units, product=product.sku, field=prefix.rstrip(".")):
        notes.add(type(refusal), refusal.field, **{k: v for k, v in refusal.params.items() if k != "document"})
