"""Lists of what belongs to one document, named by kind and by number or id."""

from typing import Any

from django.apps import apps
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from erp.core.events import DocumentRef
from erp.documents.registry import find_kind
from erp.identity.rest.fields import PlainText
from erp.identity.rest.references import as_id
from erp.identity.rest.serializers import InputSerializer
from erp.identity.rest.views import ResourceView


class DocumentInput(InputSerializer):
    """A document by kind and by number or id."""

    kind = PlainText(max_length=40, help_text="such as sales_order")
    document = PlainText(max_length=80, help_text="number or id")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        actor = self.context["request"].user
        ref = find_document(attrs["kind"], attrs["document"], actor.can)
        if ref is None:
            text = _("There is no such document, or you may not open it.")
            raise ValidationError({"document": [ErrorDetail(text, "unknown_code")]})
        return {**attrs, "ref": ref}


def find_document(kind_name: str, asked: str, can: Any) -> DocumentRef | None:
    """The document of a kind with this number or id, if there is one the actor may open."""
    kind = find_kind(kind_name)
    if kind is None or not can(kind.permission):
        return None
    number = as_id(asked)
    condition = Q(**{kind.number_field: asked}) | (Q(pk=number) if number else Q(pk__in=[]))
    rows = list(apps.get_model(kind.model)._default_manager.filter(condition).values_list("pk", kind.number_field)[:2])
    chosen = next((row for row in rows if row[1] == asked), rows[0] if rows else None)
    return DocumentRef(kind.name, chosen[0]) if chosen else None


class OfDocumentView(ResourceView):
    """A resource whose list is asked for one document."""

    code_field = "id"
    query_class = DocumentInput

    def known_parameters(self) -> set[str]:
        return super().known_parameters() | (set(DocumentInput().fields) if self.action == "list" else set())

    def list(self, request: Request) -> Response:
        """Those of one document, newest first."""
        own = {name: value for name, value in request.query_params.items() if name in DocumentInput().fields}
        query = DocumentInput(data=own, context=self.get_serializer_context())
        query.is_valid(raise_exception=True)
        ref = query.validated_data["ref"]
        page = self.paginate_queryset(self.get_queryset().filter(kind=ref.kind, document_id=ref.id))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)
