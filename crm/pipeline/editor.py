"""Between the lines editor and the operations: what it sends as a draft, what is stored as it sends it."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from crm.pipeline.drafts import QuotationDraft, QuotationLineDraft
from crm.pipeline.errors import MalformedInput
from crm.pipeline.models import Quotation, QuotationLine
from erp.catalog.queries import find_by_codes
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode
from erp.core.money import ZERO
from erp.documents.drafts import NO_VERSION
from erp.screens.numbers import NotANumber, read_number

INCLUSIVE, EXCLUSIVE = "inclusive", "exclusive"
NOT_A_NUMBER = Decimal("NaN")
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
        version=str(body.get("version") or NO_VERSION) if stored else "",
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
    """Lines by SKU or barcode; that of a box means the box unless a unit is named. Own descriptions stay with their product."""
    products = find_by_codes(str(line.get("product") or "") for line in lines)
    kept = list(QuotationLine.objects.filter(quotation=stored).order_by("sequence")) if stored else []
    drafts = []
    for i, line in enumerate(lines):
        code = str(line.get("product") or "").strip()
        found = products.get(code)
        if found is None:
            refusals.append(UnknownCode(field=f"lines.{i}.product", what=_("product"), value=code[:60]))
        same = kept[i] if found and i < len(kept) and kept[i].product_id == found.product.pk else None
        percent = _number(str(line.get("discount") or "").strip().rstrip("%％"), f"lines.{i}.discount", refusals) or ZERO
        drafts.append(
            QuotationLineDraft(
                product_id=found.product.pk if found else 0,
                quantity=_number(line.get("quantity"), f"lines.{i}.quantity", refusals) or ZERO,
                unit=str(line.get("unit") or "").strip() or (found.unit if found else ""),
                unit_price=_number(line.get("price"), f"lines.{i}.price", refusals),
                discount=percent / 100,
                description=same.description if same else "",
            )
        )
    return drafts


def _number(value: Any, name: str, refusals: list[BusinessRuleViolation]) -> Decimal | None:
    text = str(value if value is not None else "").strip()
    try:
        return read_number(text, field=name) if text else None
    except NotANumber as refusal:
        refusals.append(refusal)
        return NOT_A_NUMBER


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
            {
                "product": line.product.sku,
                "quantity": plain(line.entered_quantity),
                "unit": line.unit,
                "price": plain(line.unit_price),
                "discount": plain(line.discount * 100) if line.discount else "",
            }
            for line in lines
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
