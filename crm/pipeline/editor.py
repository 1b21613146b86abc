"""Between the lines editor and the operations: what it sends as a draft, what is stored as it sends it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.errors import MalformedInput
from crm.pipeline.models import Quotation, QuotationLine
from erp.catalog.models import Product
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.money import ZERO, round_half_up

INCLUSIVE, EXCLUSIVE = "inclusive", "exclusive"
NOT_A_NUMBER = Decimal("NaN")
PRICE_PLACES = 8
FIELDS = {"unit_price": "price"}  # what an operation calls a column of the editor


@dataclass
class Sent:
    """What the editor sent, as a draft; `refusals` is what could not even be read."""

    draft: QuotationDraft
    refusals: list[BusinessRuleViolation] = field(default_factory=list)


def read_sent(body: Any, *, stored: Quotation | None, today: datetime.date) -> Sent:
    """The draft; unreadable parts are named in `refusals` and left as values that operations refuse as well."""
    header, lines = body.get("header"), body.get("lines")
    if not isinstance(header, dict) or not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise MalformedInput
    reading = _Reading(header)
    draft = QuotationDraft(
        id=stored.pk if stored else None,
        version=str(body.get("version") or "") if stored else "",
        customer_id=reading.whole("customer", _("customer")) or 0,
        date=reading.date("date", _("date")) or today,
        promised_date=reading.date("promised_date", _("promised")),
        valid_until_date=reading.date("valid_until_date", _("valid until")),
        warehouse_id=reading.whole("warehouse", _("warehouse")),
        opportunity_id=reading.whole("opportunity", _("opportunity")),
        priority=reading.whole("priority", _("priority")) or 0,
        partial_delivery=header.get("partial_delivery") == "yes",
        prices_include_tax=header.get("prices") == INCLUSIVE,
        currency_code=stored.currency_code if stored else "",
        reference=str(header.get("reference") or ""),
        external_source=stored.external_source if stored else "",
        external_ref=stored.external_ref if stored else "",
        lines=_read_lines(lines, stored, reading.refusals),
    )
    return Sent(draft, reading.refusals)


class _Reading:
    """Reads typed header fields, noting what is not what it should be."""

    def __init__(self, header: Mapping[str, Any]) -> None:
        self.header, self.refusals = header, list[BusinessRuleViolation]()

    def whole(self, name: str, what: str) -> int | None:
        text = str(self.header.get(name) or "").strip()
        if not text or (text.lstrip("-").isascii() and text.lstrip("-").isdigit()):
            return int(text) if text and len(text) < 19 else None
        self.refusals.append(InvalidValue(field=name, what=what, value=text[:40], rule=_("Enter a whole number.")))
        return None

    def date(self, name: str, what: str) -> datetime.date | None:
        text = str(self.header.get(name) or "").strip()
        try:
            return datetime.date.fromisoformat(text) if text else None
        except ValueError:
            self.refusals.append(InvalidValue(field=name, what=what, value=text[:40], rule=_("Enter a date like 2026-03-31.")))
            return None


def _read_lines(
    lines: Sequence[Mapping[str, Any]], stored: Quotation | None, refusals: list[BusinessRuleViolation]
) -> list[QuotationLineDraft]:
    """Lines by SKU or barcode. Own descriptions stay with their product; a discount stays until the price is changed."""
    products = find_products([str(line.get("product") or "") for line in lines])
    kept = list(QuotationLine.objects.filter(quotation=stored).order_by("sequence")) if stored else []
    drafts = []
    for i, line in enumerate(lines):
        code = str(line.get("product") or "").strip()
        product = products.get(code)
        if product is None:
            refusals.append(UnknownCode(field=f"lines.{i}.product", what=_("product"), value=code[:60]))
        same = kept[i] if product and i < len(kept) and kept[i].product_id == product.pk else None
        price = _number(line.get("price"), f"lines.{i}.price", _("price"), refusals)
        untouched = same is not None and price == _shown_price(same)
        drafts.append(
            QuotationLineDraft(
                product_id=product.pk if product else 0,
                quantity=_number(line.get("quantity"), f"lines.{i}.quantity", _("quantity"), refusals) or ZERO,
                unit_price=same.unit_price if same and untouched else price,
                discount=same.discount if same and untouched else ZERO,
                description=same.description if same else "",
            )
        )
    return drafts


def _shown_price(line: QuotationLine) -> Decimal:
    """The editor has one price per line: after discount."""
    return round_half_up(line.unit_price * (1 - line.discount), PRICE_PLACES)


def _number(value: Any, name: str, what: str, refusals: list[BusinessRuleViolation]) -> Decimal | None:
    text = str(value if value is not None else "").strip()
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        refusals.append(InvalidValue(field=name, what=what, value=text[:40], rule=_("Enter a number.")))
        return NOT_A_NUMBER


def find_products(codes: Sequence[str]) -> dict[str, Product]:
    """Products by what was typed or scanned: SKU first, else barcode; unknown codes are left out. One statement."""
    wanted = {code.strip() for code in codes if code.strip() and "\x00" not in code}
    rows = list(Product.objects.filter(Q(sku__in=wanted) | Q(barcode__in=wanted)).select_related("unit")) if wanted else []
    return {row.barcode: row for row in rows if row.barcode in wanted} | {row.sku: row for row in rows if row.sku in wanted}


def as_sent(quotation: Quotation, lines: Sequence[QuotationLine]) -> dict[str, Any]:
    """A stored quotation in the editor's own words."""
    return {
        "header": {
            "customer": str(quotation.customer_id),
            "date": quotation.date.isoformat(),
            "promised_date": quotation.promised_date.isoformat(),
            "valid_until_date": quotation.valid_until_date.isoformat() if quotation.valid_until_date else "",
            "warehouse": str(quotation.warehouse_id),
            "opportunity": str(quotation.opportunity_id or ""),
            "priority": str(quotation.priority),
            "partial_delivery": "yes" if quotation.partial_delivery else "no",
            "prices": INCLUSIVE if quotation.prices_include_tax else EXCLUSIVE,
            "reference": quotation.reference,
        },
        "lines": [
            {"product": line.product.sku, "quantity": plain(line.quantity), "price": plain(_shown_price(line))} for line in lines
        ],
    }


def plain(value: Decimal) -> str:
    """A number as one types it: no exponent, no trailing zeros."""
    return f"{value.normalize():f}"


def as_errors(refusals: Sequence[BusinessRuleViolation]) -> list[dict[str, str]]:
    """Refusals as the editor shows them, each field once."""
    errors: dict[tuple[str, str], dict[str, str]] = {}
    for refusal in refusals:
        head, _dot, last = refusal.field.rpartition(".")
        name = f"{head}.{FIELDS.get(last, last)}" if head else refusal.field
        errors.setdefault((name, refusal.code if not name else ""), {"field": name, "message": refusal.sentence})
    return list(errors.values())
