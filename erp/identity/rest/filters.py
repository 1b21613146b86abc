"""Filters of lists. A filter nobody knows is refused: a misspelt one would show everything."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from erp.identity.rest.references import as_id


class RefFilter(django_filters.CharFilter):
    """Rows that point at the record with this code or id: `RefFilter("customer")`, `RefFilter("product", code="sku")`."""

    def __init__(self, field_name: str, *, code: str = "code", **kwargs: Any) -> None:
        self.code = code
        super().__init__(field_name=field_name, **{"help_text": f"{field_name}: its {code} or id", **kwargs})

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """A record that is not there is refused like a filter that is not there: nothing would look like none of it."""
        if not value:
            return qs
        condition = Q(**{self.code: value})
        if (number := as_id(value)) is not None:
            condition |= Q(pk=number)
        named = list(self._model(qs)._default_manager.filter(condition).values_list("pk", flat=True)[:2])
        if not named:
            text = _("There is no record “%(value)s” here.") % {"value": value[:80]}
            raise ValidationError({self._parameter(): [ErrorDetail(text, "unknown_code")]})
        fitting = {f"{self.field_name}__in": named}
        if self.distinct:  # each row once, however many of its lines fit
            return qs.filter(pk__in=qs.model._default_manager.filter(**fitting).values("pk"))
        return qs.filter(**fitting)

    def _model(self, qs: QuerySet[Any]) -> Any:
        """What the path of the filter leads to."""
        model: Any = qs.model
        for name in self.field_name.split("__"):
            model = model._meta.get_field(name).related_model
        return model

    def _parameter(self) -> str:
        return next((name for name, one in self.parent.filters.items() if one is self), self.field_name)


@extend_schema_field(OpenApiTypes.BOOL)
class FlagFilter(django_filters.TypedChoiceFilter):
    """`true` or `false`; anything else is refused."""

    def __init__(self, field_name: str | None = None, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(field_name=field_name, choices=choices, coerce=lambda text: text == "true", **kwargs)


class TextFilter(django_filters.CharFilter):
    """Rows whose column equals the text."""


def DayRange(field_name: str = "date") -> tuple[django_filters.DateFilter, django_filters.DateFilter]:  # noqa: N802
    """`from` and `to` filters of a day, both inclusive."""
    formats = ["%Y-%m-%d"]
    return (
        django_filters.DateFilter(field_name=field_name, lookup_expr="gte", input_formats=formats, help_text="from this day"),
        django_filters.DateFilter(field_name=field_name, lookup_expr="lte", input_formats=formats, help_text="to this day"),
    )


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise a ValidationError that names every query parameter that is not known."""
    allowed = sorted(known)
    unknown = [name for name in request.query_params if name not in allowed]
    if unknown:
        text = _("There is no such parameter. Possible here: %(names)s.") % {"names": ", ".join(allowed) or "-"}
        raise ValidationError({name[:80]: [ErrorDetail(text, "unknown_parameter")] for name in unknown})
