"""The contract as an OpenAPI document and as a page to browse. Both are public: they describe, they show no data."""

from functools import lru_cache
from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from integration.api.schema import build_document


class FirstRenderer(BaseContentNegotiation):
    """The document has one form, whatever the Accept header says."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


@lru_cache(maxsize=8)
def document(language: str) -> dict[str, Any]:
    """The OpenAPI document with its texts in a language; the same for every caller, so made once."""
    with translation.override(language):
        return build_document()


class SchemaView(APIView):
    authentication_classes: ClassVar = []
    permission_classes: ClassVar = [AllowAny]
    renderer_classes: ClassVar = [JSONRenderer]
    content_negotiation_class = FirstRenderer

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(document(translation.get_language() or "en"))


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files; its script comes from a URL of its own, so no inline script is needed."""

    authentication_classes: ClassVar = []
    permission_classes: ClassVar = [AllowAny]
    url_name = "api:schema"
    template_name = "integration/api/docs.html"
