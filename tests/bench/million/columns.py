"""How each column of a copied row is carried: numbered on, moved in time, given to another customer, or left as it is.

A column this file does not know is an error, so that a table added later is never copied wrongly in silence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models

from erp.core.fields import CompanyForeignKey
from erp.core.models import Delivery
from erp.core.models.event import XidField
from erp.core.schema import is_company_model
from erp.documents.registry import kinds

PARTY, PERIOD = "parties_party", "ledger_period"
# Summed or counted from the facts: rebuilt after the copy (derive.py).
DERIVED = frozenset({"inventory_stocklevel", "ledger_accountbalance", "documents_series"})
# Columns that name a row of a table told by another column.
TOLD_BY = {"document_id": "kind", "aggregateid": "aggregatetype", "source_id": "source_kind"}
EVENT_IDS = frozenset({"event_id", "correlation_id", "causation_id"})
PLAIN = frozenset({"rule_id", "owner_id", "claim", "user_id", "unit_numerator", "unit_denominator"})
NUMBERS = frozenset({"number", "document_number"})
LINE_TABLES = {
    "inventory_stockmove": {"delivery": "sales_salesorderline"},  # of other kinds the line is a sequence number
    "inventory_reservation": {"sales_order": "sales_salesorderline"},
}
JSON_IDS = {
    "order_id": "sales_salesorder",
    "invoice_id": "receivables_invoice",
    "source_id": "sales_delivery",
    "sales_order_id": "sales_salesorder",
}
PLAIN_JSON = frozenset({"rules_seen", "products", "warehouse_id", "condition"})


@dataclass(frozen=True)
class Span:
    """Ids a day made in a table: above `low`, up to `high`. Copy k of a row has `id + start + (k - 1) * width`."""

    low: int
    high: int
    start: int

    @property
    def width(self) -> int:
        return self.high - self.low

    @property
    def shift(self) -> str:
        return f"({self.start} + (c.k - 1) * {self.width}::bigint)"

    def moved(self, value: str) -> str:
        """SQL of an id: moved if the day made the row, else (a master, an earlier day) left."""
        return f"{value} + CASE WHEN {value} > {self.low} AND {value} <= {self.high} THEN {self.shift} ELSE 0 END"


@dataclass(frozen=True)
class Series:
    """Numbers of a day with one prefix, as a span, and how many digits they have at least."""

    prefix: str
    digits: int
    span: Span


@dataclass(frozen=True)
class Carrier:
    """SQL expressions for the columns of a table's copies. `b` is the row, `c` the copy (`k`, `days`)."""

    spans: Mapping[str, Span]
    series: Mapping[str, Series] = field(default_factory=dict)

    def expressions(self, model: type[models.Model]) -> dict[str, str]:
        table = model._meta.db_table
        return {
            f.column: self._column(table, f)
            for f in model._meta.concrete_fields
            if not isinstance(f, XidField) and not f.generated
        }

    def joins(self, model: type[models.Model]) -> str:
        """The joins those expressions need: the customer and the period of a copy."""
        found = ""
        for name in (f.column for f in model._meta.concrete_fields if _target(f) == PARTY):
            found += f" LEFT JOIN parties p_{name} ON p_{name}.k = c.k AND p_{name}.was = b.{name}"
        if any(_target(f) == PERIOD for f in model._meta.concrete_fields):
            found += " JOIN periods t ON t.k = c.k AND t.was = b.date"
        if model._meta.db_table in ("core_event", "automation_automaticstep"):
            key, column = ("payload", "customer_id") if model._meta.db_table == "core_event" else ("inputs", "customer")
            was = (
                "p.was = (b.payload ->> 'customer_id')::bigint"
                if column == "customer_id"
                else "p.was_code = b.inputs ->> 'customer'"
            )
            found += f" LEFT JOIN parties p ON p.k = c.k AND b.{key} ? '{column}' AND {was}"
        return found

    def _column(self, table: str, f: models.Field) -> str:
        name, value = f.column, f"b.{f.column}"
        if name == "id":
            return f"b.id + {self.spans[table].shift}"
        if (target := _target(f)) is not None:
            return self._reference(name, target)
        if isinstance(f, models.DateTimeField):
            return f"{value} + c.days * interval '1 day'"
        if isinstance(f, models.DateField):
            return f"{value} + c.days"
        if isinstance(f, models.JSONField):
            return self._json(table, name)
        if name in NUMBERS:
            return self.renumbered(value)
        if name == "key" and table == Delivery._meta.db_table:
            kind, document = "split_part(b.key, ':', 1)", "split_part(b.key, ':', 2)::bigint"
            return f"{kind} || ':' || ({self._told(_table_of_kinds(), kind, document)})"
        if isinstance(f, models.BigIntegerField) and not isinstance(f, models.BigAutoField) and name != "company_id":
            return self._bigint(table, name)
        return value

    def _reference(self, name: str, target: str) -> str:
        if target == PARTY:
            return f"COALESCE(p_{name}.id, b.{name})"
        if target == PERIOD:
            return "t.id"
        return self.spans[target].moved(f"b.{name}") if target in self.spans else f"b.{name}"

    def _bigint(self, table: str, name: str) -> str:
        value = f"b.{name}"
        if name in EVENT_IDS:
            return self.spans["core_event"].moved(value)
        if name in TOLD_BY:
            return self._told(_table_of_kinds(), f"b.{TOLD_BY[name]}", value)
        if name == "row_id":
            return self._told({t: t for t in self.spans}, "b.table_name", value)
        if name == "line_id":
            return self._told(LINE_TABLES[table], "b.kind", value)
        if name in PLAIN:
            return value
        raise LookupError(f"{table}.{name}: say in {__name__} how a copy carries it")

    def _told(self, tables: Mapping[str, str], by: str, value: str) -> str:
        whens = " ".join(
            f"WHEN '{kind}' THEN {self.spans[table].moved(value)}" for kind, table in tables.items() if table in self.spans
        )
        return f"CASE {by} {whens} ELSE {value} END" if whens else value

    def renumbered(self, value: str) -> str:
        """SQL of a document's number: its prefix stays, its digits are counted on."""
        whens = ""
        for one in self.series.values():
            digits, length = f"substr({value}, {len(one.prefix) + 1})::bigint", len(one.prefix)
            moved = f"({one.span.moved(digits)})::text"
            whens += f" WHEN '{one.prefix}' THEN '{one.prefix}' || lpad({moved}, greatest({one.digits}, length({moved})), '0')"
            assert length == len(one.prefix)
        return f"CASE rtrim({value}, '0123456789'){whens} ELSE {value} END" if whens else value

    def _json(self, table: str, name: str) -> str:
        value = f"b.{name}"
        if name in ("payload", "details"):
            customer = "'customer_id', p.id, " if name == "payload" else ""
            ids = ", ".join(f"'{key}', {self._id_in(value, key)}" for key in ("order_id", "invoice_id", "source_id"))
            was = f"({value} ->> 'number')"
            number = f"'number', {self.renumbered(was)}"
            return f"{value} || jsonb_strip_nulls(jsonb_build_object({customer}{number}, {ids}))"
        if name == "inputs":
            moved = f"(({value} ->> 'date')::date + c.days)::text"
            return f"{value} || jsonb_strip_nulls(jsonb_build_object('customer', p.code, 'date', {moved}))"
        if name == "reason":
            number = self.renumbered(f"({value} #>> '{{params,document}}')")
            moved = f"jsonb_set({value}, '{{params,document}}', to_jsonb({number}))"
            return f"CASE WHEN {value} -> 'params' ? 'document' THEN {moved} ELSE {value} END"
        if name == "changes":
            keys = ("invoice_id", "sales_order_id")
            pairs = ", ".join(f"'{key}', CASE WHEN {value} ? '{key}' THEN {self._both_at(value, key)} END" for key in keys)
            moved = f"{value} || jsonb_strip_nulls(jsonb_build_object({pairs}))"
            return f"CASE WHEN {value} ?| array{list(keys)} THEN {moved} ELSE {value} END"
        if name in PLAIN_JSON:
            return value
        raise LookupError(f"{table}.{name}: say in {__name__} how a copy carries this JSON")

    def _id_in(self, value: str, key: str) -> str:
        return self.spans[JSON_IDS[key]].moved(f"({value} ->> '{key}')::bigint")

    def _both_at(self, value: str, key: str) -> str:
        """The old and the new id of a change."""
        old, new = (self.spans[JSON_IDS[key]].moved(f"({value} -> '{key}' ->> {i})::bigint") for i in (0, 1))
        return f"jsonb_build_array({old}, {new})"


def carried_models() -> list[type[models.Model]]:
    """The models whose rows may be copied: those of a company that are not derived."""
    found = [m for m in apps.get_models() if is_company_model(m) and m._meta.db_table not in DERIVED and m._meta.managed]
    return [*found, Delivery]


def _target(f: models.Field) -> str | None:
    return f.related_model._meta.db_table if isinstance(f, CompanyForeignKey) else None


def _table_of_kinds() -> dict[str, str]:
    return {kind.name: apps.get_model(kind.model)._meta.db_table for kind in kinds()}
