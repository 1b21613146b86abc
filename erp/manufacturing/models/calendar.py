from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey
from erp.core.models import CompanyModel
from erp.reference.rules import EVERY_DAY, MONDAY_TO_FRIDAY


class WorkingCalendar(CompanyModel):
    """On which weekdays production works in a warehouse: bit 0 of `weekdays` is Monday. Without a calendar every day counts."""

    keeps_history = True

    warehouse = CompanyForeignKey("inventory.Warehouse", verbose_name=_("warehouse"))
    weekdays = models.SmallIntegerField(_("weekdays"), default=MONDAY_TO_FRIDAY)

    class Meta:
        verbose_name = _("working calendar")
        constraints = [
            models.UniqueConstraint(fields=["company_id", "warehouse"], name="manufacturing_workingcalendar_warehouse"),
            models.CheckConstraint(
                condition=models.Q(weekdays__gte=1, weekdays__lte=EVERY_DAY), name="manufacturing_workingcalendar_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return str(self.warehouse_id)


class CalendarDay(CompanyModel):
    """A day unlike its weekday: a holiday, or a day worked beside the usual ones."""

    keeps_history = True

    calendar = CompanyForeignKey(WorkingCalendar, related_name="days", verbose_name=_("working calendar"))
    date = models.DateField(_("date"))
    works = models.BooleanField(_("works"), default=False)
    name = models.CharField(_("name"), max_length=60, default="", blank=True)

    class Meta:
        verbose_name = _("calendar day")
        constraints = [models.UniqueConstraint(fields=["company_id", "calendar", "date"], name="manufacturing_calendarday_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"
