"""Comments on documents over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from erp.documents.api.of_documents import DocumentInput, OfDocumentView
from erp.documents.models import Comment
from erp.documents.operations.add_comments import MAX_LETTERS, CommentDraft, add_comments
from erp.identity.permissions import BE_HERE
from erp.identity.rest.fields import PlainText
from erp.identity.rest.serializers import ReadSerializer, names
from erp.identity.rest.views import Call


class CommentAnswer(ReadSerializer):
    text = serializers.CharField(source="body", read_only=True)

    class Meta:
        model = Comment
        fields = names("id kind document_id text actor at")


class CommentInput(DocumentInput):
    text = PlainText(max_length=MAX_LETTERS)


class CommentView(OfDocumentView):
    queryset: QuerySet[Any] = Comment.objects.all()
    serializer_class = CommentAnswer
    permissions: ClassVar[Mapping[str, str]] = {"list": BE_HERE, "create": BE_HERE}
    inputs: ClassVar = {"create": CommentInput}
    operations: ClassVar = {"create": "add_comments"}

    def create(self, request: Request) -> HttpResponse:
        """Write about a document that you may open."""

        def run(call: Call) -> int:
            add_comments(comments=[CommentDraft(document=call.data["ref"], body=call.data["text"])], **call.by)
            mine = Comment.objects.filter(kind=call.data["ref"].kind, document_id=call.data["ref"].id, actor=call.actor.name)
            return int(mine.order_by("-pk").values_list("pk", flat=True)[0])

        return self.perform(run)
