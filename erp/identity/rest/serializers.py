"""Bases of what goes in and what comes out."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from erp.identity.rest.fields import Day, DecimalText, Instant
from erp.identity.rest.references import find_references

LINES_IN_LISTS = 100
_LINES_TOTAL = f"how many lines there are; in lists `lines` holds the first {LINES_IN_LISTS} at most"


class InputSerializer(serializers.Serializer[Any]):
    """A body. Fields nobody knows are refused like wrong ones: a misspelt discount must not be lost in silence."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if self.root is self:
            self._context["references"] = find_references(self, data)
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        errors: dict[str, Any] = {}
        if isinstance(data, Mapping):
            unknown = [str(name) for name in data if name not in self.fields]
            errors = {name: [serializers.ErrorDetail(_("There is no such field."), "unknown_field")] for name in unknown}
            required = serializers.ErrorDetail(_("This field is required."), "required")
            errors.update({name: [required] for name in self._left_out(data)})
        value: dict[str, Any] = {}
        try:
            value = super().to_internal_value(data)
        except ValidationError as error:
            errors = {**errors, **error.detail} if isinstance(error.detail, dict) else error.detail  # type: ignore[assignment]
        if errors:
            raise ValidationError(errors)
        return value

    def _left_out(self, data: Mapping[str, Any]) -> list[str]:
        """A PATCH may leave out fields of the record, but not those of a line it gives."""
        if self.root is self or not getattr(self.root, "partial", False):
            return []
        return [name for name, field in self.fields.items() if field.required and name not in data]


def renamed(data: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """The data as the arguments of a draft: `renamed(line, product="product_id")`."""
    return {names.get(name, name): value for name, value in data.items()}


class NoInput(InputSerializer):
    """A verb without a body."""


def names(text: str) -> tuple[str, ...]:
    """The fields of an answer, in order, as one reads them."""
    return tuple(text.split())


class ReadSerializer(serializers.ModelSerializer[Any]):
    """An answer. `hidden` names fields that only holders of a permission see, `internal` those that no supplier's program sees;
    `?fields=` leaves out the rest.

    `joins` and `prefetches` are what a field needs from the database, so that a field left out costs nothing. A document
    with `lines` gets `lines_total`, how many there are: in lists it comes with the first LINES_IN_LISTS of them.
    """

    hidden: ClassVar[Mapping[str, str]] = {}
    internal: ClassVar[frozenset[str]] = frozenset()
    joins: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    prefetches: ClassVar[Mapping[str, tuple[Any, ...]]] = {}

    serializer_field_mapping: ClassVar[dict[Any, Any]] = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: DecimalText,
        models.DateTimeField: Instant,
        models.DateField: Day,
        models.EmailField: serializers.CharField,
    }

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if "lines" in fields:
            fields["lines_total"] = serializers.IntegerField(read_only=True, help_text=_LINES_TOTAL)
        actor = getattr(self.context.get("request"), "user", None)
        if actor is not None:
            fields = {name: field for name, field in fields.items() if name not in self.hidden or actor.can(self.hidden[name])}
            if getattr(actor, "party_id", None) is not None:
                fields = {name: field for name, field in fields.items() if name not in self.internal}
        wanted = self.context.get("fields") if self._is_top() else None
        if wanted:
            if unknown := [name for name in wanted if name not in fields]:
                text = _("There is no field “%(name)s”.") % {"name": unknown[0][:80]}
                raise ValidationError({"fields": [serializers.ErrorDetail(text, "unknown_field")]})
            fields = {name: field for name, field in fields.items() if name in wanted}
        return fields

    def include_extra_kwargs(self, kwargs: dict[str, Any], extra_kwargs: dict[str, Any]) -> dict[str, Any]:
        return super().include_extra_kwargs(kwargs, {**extra_kwargs, "read_only": True})

    def _is_top(self) -> bool:
        return self.parent is None or (isinstance(self.parent, serializers.ListSerializer) and self.parent.parent is None)

    @classmethod
    def narrow(cls, queryset: models.QuerySet[Any], wanted: list[str] | None, *, in_list: bool = False) -> models.QuerySet[Any]:
        """The queryset with the joins and prefetches of the wanted fields (all when None)."""
        for name, joins in cls.joins.items():
            if wanted is None or name in wanted:
                queryset = queryset.select_related(*joins)
        for name, prefetches in cls.prefetches.items():
            if wanted is None or name in wanted:
                few = in_list and name == "lines"
                queryset = queryset.prefetch_related(*_first_lines(cls.Meta.model, prefetches) if few else prefetches)
        if "lines" in cls._declared_fields and (wanted is None or "lines_total" in wanted):
            queryset = queryset.annotate(lines_total=_count_lines(cls.Meta.model))
        return queryset


def _first_lines(document: type[models.Model], prefetches: Sequence[Any]) -> list[Any]:
    """The same prefetches with the first lines of each document only; they are numbered from 1."""
    own = [one for one in prefetches if isinstance(one, models.Prefetch) and one.prefetch_through == "lines"]
    lines = own[0].queryset if own else _line_model(document)._default_manager.order_by("sequence")
    first = models.Prefetch("lines", lines.filter(sequence__lte=LINES_IN_LISTS))
    return [first, *(one for one in prefetches if one not in own)]


def _count_lines(document: type[models.Model]) -> models.expressions.Combinable:
    link = document._meta.get_field("lines").field.name  # type: ignore[union-attr]
    lines = _line_model(document)._default_manager.filter(**{link: models.OuterRef("pk")}).order_by().values(link)
    return Coalesce(models.Subquery(lines.annotate(n=models.Count("pk")).values("n")), 0)


def _line_model(document: type[models.Model]) -> Any:
    return document._meta.get_field("lines").related_model
