"""Saying when production works."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from erp.core import bus
from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, InvalidValue, UnknownCode, raise_refusals
from erp.core.operation import operation
from erp.core.rows import COMPANY, execute, insert_rows, update_rows
from erp.inventory.operations.judge_warehouses import warehouses_in_use
from erp.manufacturing.drafts import CalendarDraft
from erp.manufacturing.events import WorkingCalendarSaved
from erp.manufacturing.models import CalendarDay, WorkingCalendar
from erp.manufacturing.permissions import SAVE_CALENDARS
from erp.reference.rules import EVERY_DAY

_FORGET = f"DELETE FROM manufacturing_calendarday WHERE company_id = {COMPANY} AND calendar_id = ANY(%s::bigint[])"  # noqa: S608


@operation(SAVE_CALENDARS)
def save_calendars(*, calendars: Sequence[CalendarDraft], actor: Actor, at: datetime.datetime) -> list[int]:
    """Create or replace the calendars of warehouses; return their ids in order. They count from the next run of the planner on.

    Refuses, all at once: unknown warehouses, one named twice, a week without a working day, a day named twice.
    """
    raise_refusals(_judge(calendars))
    rows = WorkingCalendar.objects.filter(warehouse_id__in={c.warehouse_id for c in calendars}).select_for_update(no_key=True)
    known = dict(rows.values_list("warehouse_id", "id"))
    changed = [(known[c.warehouse_id], c.weekdays) for c in calendars if c.warehouse_id in known]
    update_rows(WorkingCalendar, ["weekdays"], changed)
    new = [(c.warehouse_id, c.weekdays) for c in calendars if c.warehouse_id not in known]
    made = insert_rows(WorkingCalendar, ["warehouse_id", "weekdays"], new, returning=["id"])
    known |= {warehouse: pk for (warehouse, _weekdays), (pk,) in zip(new, made, strict=True)}
    ids = [known[c.warehouse_id] for c in calendars]
    execute(_FORGET, [ids])
    days = [(pk, day.date, day.works, day.name) for pk, c in zip(ids, calendars, strict=True) for day in c.days]
    insert_rows(CalendarDay, ["calendar_id", "date", "works", "name"], days)
    bus.publish(
        [
            WorkingCalendarSaved(id=pk, number=str(c.warehouse_id), status="saved", warehouse_id=c.warehouse_id)
            for pk, c in zip(ids, calendars, strict=True)
        ],
        at=at,
    )
    return ids


def _judge(calendars: Sequence[CalendarDraft]) -> list[BusinessRuleViolation]:
    in_use = warehouses_in_use(c.warehouse_id for c in calendars)
    found: list[BusinessRuleViolation] = []
    seen: set[int] = set()
    for i, calendar in enumerate(calendars):
        prefix = f"{i}." if len(calendars) > 1 else ""
        if calendar.warehouse_id not in in_use:
            found.append(UnknownCode(field=f"{prefix}warehouse", what=_("warehouse"), value=calendar.warehouse_id))
        if calendar.warehouse_id in seen:
            rule = _("Name each warehouse once.")
            found.append(InvalidValue(field=f"{prefix}warehouse", what=_("warehouse"), value=calendar.warehouse_id, rule=rule))
        seen.add(calendar.warehouse_id)
        if not 0 < calendar.weekdays <= EVERY_DAY:
            rule = _("Choose at least one day of the week.")
            found.append(InvalidValue(field=f"{prefix}weekdays", what=_("weekdays"), value=calendar.weekdays, rule=rule))
        dates = [day.date for day in calendar.days]
        for n, day in enumerate(calendar.days):
            if day.date in dates[:n]:
                rule = _("Name each day once.")
                found.append(InvalidValue(field=f"{prefix}days.{n}.date", what=_("date"), value=f"{day.date}", rule=rule))
            if len(day.name) > 60:
                rule = _("Enter at most 60 characters.")
                found.append(InvalidValue(field=f"{prefix}days.{n}.name", what=_("name"), value=day.name, rule=rule))
    return found
