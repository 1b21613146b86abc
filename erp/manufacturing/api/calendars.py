"""Working calendars over the API."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django_filters.rest_framework import FilterSet
from rest_framework import serializers
from rest_framework.request import Request

from erp.identity.rest.fields import Day, PlainText, Ref
from erp.identity.rest.filters import RefFilter
from erp.identity.rest.references import Reference
from erp.identity.rest.serializers import InputSerializer, ReadSerializer, names
from erp.identity.rest.views import Call, ReadOnly
from erp.manufacturing.drafts import (
    CalendarDayDraft,
    CalendarDraft,
)
from erp.manufacturing.models import (
    CalendarDay,
    WorkingCalendar,
)
from erp.manufacturing.operations.save_calendars import save_calendars
from erp.manufacturing.permissions import SAVE_CALENDARS, VIEW


class CalendarDayAnswer(ReadSerializer):
    class Meta:
        model = CalendarDay
        fields = names("date works name")


class WorkingCalendarAnswer(ReadSerializer):
    warehouse = Ref()
    weekdays = serializers.SerializerMethodField(help_text="1 is Monday, 7 Sunday")
    days = CalendarDayAnswer(many=True, read_only=True)
    joins: ClassVar = {"warehouse": ("warehouse",)}
    prefetches: ClassVar = {"days": ("days",)}

    class Meta:
        model = WorkingCalendar
        fields = names("id warehouse weekdays days")

    def get_weekdays(self, row: WorkingCalendar) -> list[int]:
        return [n + 1 for n in range(7) if row.weekdays >> n & 1]


class CalendarDayInput(InputSerializer):
    date = Day()
    works = serializers.BooleanField(required=False, help_text="worked beside the usual days; a holiday, if left out")
    name = PlainText(max_length=60, required=False, allow_blank=True)


class WorkingCalendarInput(InputSerializer):
    warehouse = Reference("inventory.Warehouse", what=_("warehouse"))
    weekdays = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), allow_empty=False, max_length=7)
    days = CalendarDayInput(many=True, required=False, max_length=2000, help_text="the whole list of days unlike their weekday")


class WorkingCalendarFilters(FilterSet):
    warehouse = RefFilter("warehouse")


class WorkingCalendarView(ReadOnly):
    queryset: QuerySet[Any] = WorkingCalendar.objects.all()
    code_field = "id"
    serializer_class = WorkingCalendarAnswer
    filterset_class = WorkingCalendarFilters
    permissions: ClassVar = {"list": VIEW, "retrieve": VIEW, "create": SAVE_CALENDARS}
    inputs: ClassVar = {"create": WorkingCalendarInput}
    operations: ClassVar = {"create": "save_calendars"}

    def create(self, request: Request) -> HttpResponse:
        """Say when production of a warehouse works; what was said before is replaced."""

        def run(call: Call) -> int:
            weekdays = sum(1 << (n - 1) for n in set(call.data["weekdays"]))
            days = [CalendarDayDraft(**day) for day in call.data.get("days", ())]
            draft = CalendarDraft(warehouse_id=call.data["warehouse"], weekdays=weekdays, days=days)
            return save_calendars(calendars=[draft], **call.by)[0]

        return self.perform(run)
