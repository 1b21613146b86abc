from django.db import models
from django.db.models.expressions import RawSQL

from erp.core.models.base import CompanyModel


class XidField(models.Field):
    """The writing transaction's xid8, for cursor readers that follow the log below the snapshot's horizon."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class EventRow(CompanyModel):
    """A published fact. Column names are those of Debezium's outbox, so change-data capture can be switched on."""

    append_only = True

    aggregatetype = models.CharField(max_length=40)
    aggregateid = models.BigIntegerField()
    type = models.CharField(max_length=80)
    schema_version = models.SmallIntegerField()
    payload = models.JSONField()
    correlation_id = models.BigIntegerField()
    causation_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    xid = XidField(editable=False, db_default=RawSQL("pg_current_xact_id()", []))

    class Meta:
        db_table = "core_event"
        indexes = [
            models.Index(fields=["company_id", "aggregatetype", "aggregateid", "id"], name="core_event_aggregate"),
            models.Index(fields=["company_id", "correlation_id", "id"], name="core_event_correlation"),
            models.Index(fields=["company_id", "xid", "id"], name="core_event_cursor"),
        ]

    def __str__(self) -> str:
        return f"{self.type} #{self.id}"
