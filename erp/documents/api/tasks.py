"""Tasks about documents over the API."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.request import Request

from erp.documents.api.of_documents import DocumentInput, OfDocumentView
from erp.documents.models import Task
from erp.documents.operations.complete_tasks import complete_tasks
from erp.documents.operations.schedule_tasks import MAX_SUBJECT, TaskDraft, schedule_tasks
from erp.identity.permissions import BE_HERE
from erp.identity.rest.fields import Day, PlainText
from erp.identity.rest.serializers import ReadSerializer, names
from erp.identity.rest.views import Call, verb


class TaskAnswer(ReadSerializer):
    class Meta:
        model = Task
        fields = names("id kind document_id document_number subject due_date owner_id actor at done_by done_at")


class TaskInput(DocumentInput):
    subject = PlainText(max_length=MAX_SUBJECT)
    due_date = Day()
    owner_id = serializers.IntegerField(min_value=1, max_value=2**62, help_text="id of a user of the company")


class TaskView(OfDocumentView):
    queryset: QuerySet[Any] = Task.objects.all()
    serializer_class = TaskAnswer
    permissions: ClassVar[Mapping[str, str]] = {"list": BE_HERE, "create": BE_HERE, "complete": BE_HERE}
    inputs: ClassVar = {"create": TaskInput}
    operations: ClassVar = {"create": "schedule_tasks", "complete": "complete_tasks"}

    def create(self, request: Request) -> HttpResponse:
        """Give a person of the company a task about a document that you may open."""

        def run(call: Call) -> int:
            data = {name: value for name, value in call.data.items() if name in {"subject", "due_date", "owner_id"}}
            return schedule_tasks(tasks=[TaskDraft(document=call.data["ref"], **data)], **call.by)[0]

        return self.perform(run)

    @verb("complete")
    def complete(self, request: Request, pk: str) -> HttpResponse:
        """Mark a task as done."""

        def run(call: Call) -> int:
            complete_tasks(task_ids=[call.target.pk], **call.by)
            return int(call.target.pk)

        return self.perform(run)
