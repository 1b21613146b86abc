"""The view behind every resource: parse, authorise, ONE operation or query, answer.

A safe request runs inside a read-only scope of the actor's company, rendering included. An unsafe one validates in a
short read scope, then one unit of work runs the operation and writes the answer, so that both are of one moment.
"""

import datetime
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from django.db import IntegrityError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import exceptions, mixins
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from erp.core import clock
from erp.core.actor import Actor
from erp.core.errors import ExternalRefTaken, NotFound, raise_refusals
from erp.core.scope import company_scope
from erp.core.units import run_unit
from erp.identity.queries import company_facts
from erp.identity.rest.filters import refuse_unknown
from erp.identity.rest.idempotency import read_key
from erp.identity.rest.pagination import KeysetPagination
from erp.identity.rest.parsers import MAX_BODY, BodyTooLarge, MergePatchParser, StrictJsonParser
from erp.identity.rest.problems import taken_reference
from erp.identity.rest.references import as_id
from erp.identity.rest.serializers import InputSerializer, NoInput, ReadSerializer
from erp.identity.rest.throttling import PrincipalThrottle
from erp.identity.rest.versions import ensure_unchanged, etag_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class Call:
    """What a verb works with: validated input, the record in the URL, who and when."""

    data: Any
    target: Any
    actor: Actor
    at: datetime.datetime

    @property
    def by(self) -> dict[str, Any]:
        """The two arguments every operation takes."""
        return {"actor": self.actor, "at": self.at}

    @property
    def today(self) -> datetime.date:
        """The calendar day of the company."""
        return clock.local_date(self.at, company_facts(self.actor.company_id).time_zone)


class Negotiation(DefaultContentNegotiation):
    """No `?format=`: the Accept header alone decides."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        for renderer in renderers:
            for accepted in self.get_accept_list(request):
                kind = accepted.split(";")[0].strip()
                if kind in {"*/*", "application/*", "application/problem+json", renderer.media_type}:
                    return renderer, renderer.media_type
        raise exceptions.NotAcceptable(_("Only JSON is answered here. Send “Accept: application/json”, or no Accept header."))


class ResourceView(GenericViewSet[Any]):
    """Base of all resources. Subclasses declare, per action: permission, input, answer, operation.

    `code_field` is the natural code that the URL takes as well as the id. `versioned` resources carry an ETag, want it
    back as If-Match on PATCH and heed it on verbs. A create answers 201, a verb 200 unless `statuses` says otherwise.
    """

    permissions: ClassVar[Mapping[str, str]] = {}
    inputs: ClassVar[Mapping[str, type[InputSerializer]]] = {}
    answers: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}
    operations: ClassVar[Mapping[str, str]] = {}
    statuses: ClassVar[Mapping[str, int]] = {}
    code_field: ClassVar[str] = "number"
    versioned: ClassVar[bool] = False

    lookup_value_regex = "[^/]+"
    http_method_names: ClassVar[list[str]] = ["get", "head", "post", "patch"]
    parser_classes: ClassVar[Any] = [StrictJsonParser]
    throttle_classes: ClassVar[Any] = [PrincipalThrottle]
    content_negotiation_class = Negotiation
    pagination_class = KeysetPagination
    metadata_class = None

    # -- the request's frame -------------------------------------------------------------------------------------
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.encoding = "utf-8"
        with ExitStack() as self.scopes:
            response = super().dispatch(request, *args, **kwargs)
            response["Cache-Control"] = "no-store"
            return response.render() if isinstance(response, Response) else response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.at = clock.now()
        if request.method in SAFE:
            self.scopes.enter_context(company_scope(self.actor, read_only=True))
        elif (as_id(request.META.get("CONTENT_LENGTH")) or 0) > MAX_BODY:
            raise BodyTooLarge
        refuse_unknown(request, self.known_parameters())

    def check_permissions(self, request: Request) -> None:
        """An anonymous caller first learns that; then a method this URL does not have is a 405, not a 403."""
        if isinstance(request.user, Actor) and not getattr(self, str(self.action), None):
            raise exceptions.MethodNotAllowed(str(request.method))
        super().check_permissions(request)

    def get_parsers(self) -> list[Any]:
        method = getattr(getattr(self, "request", None), "method", "")
        patching = method == "PATCH" or getattr(self, "action", "") == "partial_update"
        return [StrictJsonParser(), MergePatchParser()] if patching else [StrictJsonParser()]

    @property
    def actor(self) -> Actor:
        actor = self.request.user
        assert isinstance(actor, Actor)
        return actor

    # -- reading -------------------------------------------------------------------------------------------------
    def known_parameters(self) -> set[str]:
        """Query parameters of the current action."""
        if self.action != "list":
            return {"fields"} if self.action == "retrieve" else set()
        filterset = getattr(self, "filterset_class", None)
        return {"fields", *KeysetPagination.parameters, *(filterset.base_filters if filterset else ())}

    def wanted_fields(self) -> list[str] | None:
        asked = self.request.query_params.get("fields") if self.action in {"list", "retrieve"} else None
        return [name.strip() for name in asked.split(",") if name.strip()] if asked else None

    def get_queryset(self) -> QuerySet[Any]:
        rows = super().get_queryset()
        reader = self.get_serializer_class()
        fits = issubclass(reader, ReadSerializer) and reader.Meta.model is rows.model  # a verb may answer with another kind
        return reader.narrow(rows, self.wanted_fields(), in_list=self.action == "list") if fits else rows

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.answers.get(self.action or "", self.serializer_class)  # type: ignore[return-value]

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "fields": self.wanted_fields()}

    def get_object(self) -> Any:
        """The record in the URL, by natural code or id; a code that looks like another record's id wins."""
        text = str(self.kwargs[self.lookup_url_kwarg or self.lookup_field])
        number = as_id(text)
        condition = Q(pk=number) if number else Q(pk__in=[])
        if self.code_field != "id" and "\0" not in text:
            condition |= Q(**{self.code_field: text})
        found = list(self.get_queryset().filter(condition)[:2])
        if not found:
            raise NotFound(what=self.model_name(), value=text[:80])
        return next((row for row in found if str(getattr(row, self.code_field)) == text), found[0])

    def model_name(self) -> str:
        return str(self.queryset.model._meta.verbose_name)  # type: ignore[union-attr]

    def represent(self, pk: int) -> Any:
        """The record as its reader answers it, read again."""
        return self.get_serializer(self.get_queryset().get(pk=pk)).data

    def shown_by(self, reader: type[ReadSerializer], rows: QuerySet[Any]) -> Callable[[int], Any]:
        """What turns the id of another kind of record into an answer."""
        return lambda pk: reader(reader.narrow(rows, None).get(pk=pk), context=self.get_serializer_context()).data

    # -- writing -------------------------------------------------------------------------------------------------
    def perform(
        self, run: Callable[[Call], Any], *, answer: Callable[[Any], Any] | None = None, key_required: bool = False
    ) -> HttpResponse:
        """Validate in a read scope, then run ONE operation and write its answer in one unit of work.

        `run` gets the Call and returns what `answer` turns into a body; by default the id of the record to show.
        With an Idempotency-Key the answer is kept and repeated.
        """
        keyed = read_key(self.request, self.actor, self.at, required=key_required)
        with company_scope(self.actor, read_only=True):
            if (before := keyed.find_answer()) is not None:
                return before
            target = self.get_object() if self.detail else None
            call = Call(data=self.read_input(target), target=target, actor=self.actor, at=self.at)

        def work() -> HttpResponse:
            if target is None or not self.versioned:
                return self._finish(run, call, answer)
            ensure_unchanged(target, self.request, label=str(getattr(target, self.code_field)))
            again = self.get_queryset().get(pk=target.pk) if self.request.method == "PATCH" else target
            return self._finish(run, replace(call, target=again), answer)

        try:
            return keyed.patiently(lambda: run_unit(self.actor, lambda: keyed.once(work)))
        except IntegrityError as error:
            raise_refusals(self.taken(error, call.data))
            raise

    def taken(self, error: IntegrityError, data: dict[str, Any]) -> list[ExternalRefTaken]:
        """The references of outside systems in the body that another record has, if that is what the database refused."""
        found = taken_reference(error, data)
        return [found] if found else []

    def success_status(self) -> int:
        return self.statuses.get(self.action or "", 201 if self.action == "create" else 200)

    def read_input(self, target: Model | None) -> dict[str, Any]:
        """The validated body of the current action; raises ValidationError with every error of it."""
        kind = self.inputs.get(self.action or "", NoInput)
        partial = self.request.method == "PATCH"
        serializer = kind(target, data=self.request.data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data  # type: ignore[no-any-return]

    def _finish(self, run: Callable[[Call], Any], call: Call, answer: Callable[[Any], Any] | None) -> HttpResponse:
        result, status = run(call), self.success_status()
        body = (answer or self.represent)(result)
        response = HttpResponse(JSONRenderer().render(body), status=status, content_type="application/json")
        if answer is None and self.versioned:
            response["ETag"] = etag_of(self.queryset.model(pk=result))  # type: ignore[union-attr]
        if answer is None and status == 201 and not self.detail:
            response["Location"] = f"{self.request.path.rstrip('/')}/{result}/"
        return response


class ReadOnly(mixins.ListModelMixin, ResourceView):
    """List and detail."""

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if self.wanted_fields():
            _ = self.get_serializer().fields  # an unknown name is refused even where no row would notice
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        row = self.get_object()
        response = Response(self.get_serializer(row).data)
        if self.versioned:
            response["ETag"] = etag_of(row)
        return response


def verb(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A verb on one record: `POST /<id>/<name>/`."""
    return action(detail=True, methods=["post"], url_path=name, url_name=name)
