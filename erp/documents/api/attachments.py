"""Files of documents over the API. Their bytes travel as base64, in the answer for one file only."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from erp.core.errors import NotFound
from erp.documents.api.of_documents import DocumentInput, OfDocumentView
from erp.documents.models import Attachment
from erp.documents.operations.attach_files import FileDraft, attach_files
from erp.documents.operations.remove_files import remove_files
from erp.documents.queries import find_attachment
from erp.identity.permissions import BE_HERE
from erp.identity.rest.fields import PlainText
from erp.identity.rest.serializers import ReadSerializer, names
from erp.identity.rest.views import Call, verb


class AttachmentAnswer(ReadSerializer):
    class Meta:
        model = Attachment
        fields = names("id kind document_id name media_type size sha256 actor at removed_by removed_at")


class WholeAttachmentAnswer(ReadSerializer):
    content = serializers.SerializerMethodField(help_text="base64")

    class Meta:
        model = Attachment
        fields = (*AttachmentAnswer.Meta.fields, "content")

    def get_content(self, row: Attachment) -> str:
        return base64.b64encode(bytes(row.content)).decode()


class AttachmentInput(DocumentInput):
    name = PlainText(max_length=400)
    content = PlainText(help_text="base64; at most ATTACHMENT_MAX_MB when decoded")

    def validate_content(self, text: str) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError([ErrorDetail(_("Send the bytes as base64."), "invalid")]) from error


class AttachmentView(OfDocumentView):
    queryset: QuerySet[Any] = Attachment.objects.defer("content")
    serializer_class = AttachmentAnswer
    answers: ClassVar = {"retrieve": WholeAttachmentAnswer}
    permissions: ClassVar[Mapping[str, str]] = {"list": BE_HERE, "retrieve": BE_HERE, "create": BE_HERE, "remove": BE_HERE}
    inputs: ClassVar = {"create": AttachmentInput}
    operations: ClassVar = {"create": "attach_files", "remove": "remove_files"}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A file with its content, if you may open its document."""
        found = find_attachment(self.get_object().pk, self.actor.can)
        if found is None:
            raise NotFound(what=self.model_name(), value=kwargs.get("pk", ""))
        return Response(self.get_serializer(found).data)

    def create(self, request: Request) -> HttpResponse:
        """Attach a file to a document that you may open."""

        def run(call: Call) -> int:
            draft = FileDraft(document=call.data["ref"], name=call.data["name"], content=call.data["content"])
            return attach_files(files=[draft], max_mb=settings.ATTACHMENT_MAX_MB, **call.by)[0]

        return self.perform(run)

    @verb("remove")
    def remove(self, request: Request, pk: str) -> HttpResponse:
        """Drop the content of a file you attached; who did so stays known."""

        def run(call: Call) -> int:
            remove_files(attachment_ids=[call.target.pk], **call.by)
            return int(call.target.pk)

        return self.perform(run)
