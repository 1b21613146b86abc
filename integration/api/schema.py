"""The OpenAPI document: what the views declare, with every status an operation can answer."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import append_meta, build_parameter_type
from drf_spectacular.settings import patched_settings
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from erp.identity.api_permissions import permission_of
from erp.identity.rest.fields import DecimalText, FreeObject, Ref
from erp.identity.rest.problems import CONTENT_TYPE
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, NoInput, ReadSerializer
from erp.identity.rest.views import ResourceView

_DECIMAL = r"^-?\d+(\.\d+)?$"
_KEY = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[!#-~]+$"}
_ALWAYS = {
    400: "The request is malformed, or a parameter is wrong.",
    401: "No valid key or session.",
    403: "The caller lacks the permission.",
    405: "The URL does not take this method.",
    406: "Only application/json is spoken.",
    429: "Too many requests; see Retry-After.",
    503: "The database does not answer; repeat later.",
}
_DETAIL = {404: "There is no such record in this company."}
_WRITE = {
    404: "A record it refers to is not there.",
    409: "The record is in another state, a unique value is taken, or others hold the record.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "A rule of the trade refuses it, or the Idempotency-Key was used for another request.",
}
_CHANGED = "The record was changed after the version in If-Match."


class ProblemError(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="path in the body, such as lines.2.quantity; empty for the whole")
    code = serializers.CharField()
    message = serializers.CharField()
    document = serializers.CharField(required=False, help_text="number of the document concerned")


class Problem(serializers.Serializer[Any]):
    """RFC 9457. `type` is urn:weft:problem:<code> and stable."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemError(many=True)


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "erp.identity.api_keys.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key made by manage.py create_api_key."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "erp.identity.api_keys.CompanySessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class WeftSchema(AutoSchema):
    """Reads the declarations of ResourceView; nothing is described a second time."""

    view: ResourceView

    def get_operation_id(self) -> str:
        tokens = [token.replace("-", "_") for token in self._tokenize_path()]
        action = {"partial_update": "update"}.get(self.view.action, self.view.action)
        return "_".join([*tokens[:2], action] if action not in tokens[:2] else tokens[:2])

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]]

    def get_description(self) -> str:
        permission = permission_of(self.view)
        text = super().get_description()
        return f"{text}\n\nPermission: `{permission}`." if permission else text

    def get_request_serializer(self) -> Any:
        kind = self.view.inputs.get(self.view.action, NoInput)
        return None if kind is NoInput else kind()

    def get_response_serializers(self) -> dict[Any, Any]:
        success = str(self.view.success_status())
        answer = self.view.get_serializer_class()()
        return {success: answer, **{(str(code), CONTENT_TYPE): _problem(text) for code, text in sorted(self._refusals().items())}}

    def get_override_parameters(self) -> list[OpenApiParameter]:
        found = []
        if self.view.action in {"list", "retrieve"} and issubclass(self.view.get_serializer_class(), ReadSerializer):
            found.append(OpenApiParameter("fields", str, description="Names of the fields to answer, separated by commas."))
        if self.method == "POST":
            found.append(_header("Idempotency-Key", _KEY, self.view.action == "bulk", "New for each request; see Idempotency."))
        if self._heeds_version():
            found.append(_header("If-Match", {"type": "string"}, self.method == "PATCH", "The ETag that was read."))
        return found + self._report_parameters()

    def _report_parameters(self) -> list[OpenApiParameter]:
        query = getattr(self.view, "query_class", None) if self.view.action == "list" else None
        fields: Mapping[str, Any] = query().fields if query else {}
        return [
            OpenApiParameter(name, self._map_serializer_field(field, "request"), description=str(field.help_text or ""))
            for name, field in fields.items()
        ]

    def _refusals(self) -> dict[int, str]:
        found = dict(_ALWAYS)
        if "{" in self.path:
            found |= _DETAIL
        if self.method != "GET":
            found |= _WRITE
        if self._heeds_version():
            found |= {412: _CHANGED}
        return found | ({428: "If-Match is missing."} if self.method == "PATCH" and self.view.versioned else {})

    def _heeds_version(self) -> bool:
        return self.method != "GET" and self.view.detail and self.view.versioned

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        code = self.view.code_field
        text = "The id." if code == "id" else f"The {code} or the id."
        schema = {"type": "string", "minLength": 1}
        return [build_parameter_type(name=name, location="path", schema=schema, description=text) for name in variables]

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> Any:
        schema = _own_schema(field, direction)
        if schema is None:
            return super()._map_serializer_field(field, direction, bypass_extensions)
        return append_meta(schema, self._get_serializer_field_meta(field, direction))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> Any:
        schema = super()._map_basic_serializer(serializer, direction)
        if "__doc__" not in vars(type(serializer)) or type(serializer).__doc__ is None:
            schema.pop("description", None)
        if isinstance(serializer, InputSerializer):
            schema["additionalProperties"] = False
        hidden = getattr(serializer, "hidden", {})
        for name, permission in hidden.items():
            schema["properties"][name]["description"] = f"Only with the permission {permission}."
            schema["required"] = [other for other in schema.get("required", []) if other != name]
        return schema

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        name = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return name.replace("InputRequest", "Request").removesuffix("Answer")


def _header(name: str, schema: dict[str, Any], required: bool, text: str) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.HEADER, required=required, description=text)


def _problem(text: str) -> OpenApiResponse:
    return OpenApiResponse(Problem, description=text)


def _own_schema(field: Any, direction: str) -> dict[str, Any] | None:
    """JSON Schema of the fields whose form is ours."""
    if isinstance(field, Ref):
        names = {"id": {"type": "integer"}, field.code: {"type": "string"}}
        names |= {field.shown_name: {"type": "string"}} if field.shown_name else {}
        return {"type": ["object", "null"] if _is_nullable(field) else "object", "properties": names, "required": list(names)}
    if isinstance(field, Reference):
        return {"type": ["string", "integer"], "description": f"Its {field.code} or id."}
    if isinstance(field, DecimalText):
        kind: Any = "string" if direction == "response" else ["string", "number"]
        limits = {} if direction == "response" or field.min_value is None else {"minimum": float(field.min_value)}
        return {"type": kind, "format": "decimal", "pattern": _DECIMAL, **limits}
    if isinstance(field, FreeObject):
        return {"type": "object", "additionalProperties": {"type": ["string", "integer", "boolean", "null"]}}
    if isinstance(field, serializers.ChoiceField):
        return {"type": "string", "enum": list(field.choices)}
    return None


def _is_nullable(field: Ref) -> bool:
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    try:
        return bool(model._meta.get_field(field.source).null) if model else True
    except FieldDoesNotExist:
        return True


def _inline_enums(result: Any) -> Any:
    """Enumerations stay where they stand: a name like Kind275Enum tells a reader nothing."""
    if isinstance(result, dict):
        return {key: _inline_enums(value) for key, value in result.items() if key != "x-spec-enum-id"}
    return [_inline_enums(item) for item in result] if isinstance(result, list) else result


def build_document() -> dict[str, Any]:
    """The whole document, for every caller the same."""
    with patched_settings({"POSTPROCESSING_HOOKS": []}):
        return _inline_enums(SchemaGenerator().get_schema(request=None, public=True))
