from django.db import models


class Delivery(models.Model):
    """One consumer's duty to react to one event. Global: the relay looks for work over all companies.

    Attempts are counted when started (own transaction) and when finished: a difference means that a handler
    killed its worker. `key` orders the work: only the lowest unfinished delivery of a key is handed out.
    """

    changeable = ("state", "started_attempts", "finished_attempts", "available_at", "claim", "finished_at", "last_error")
    forgettable = True

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        PARKED = "parked"
        SKIPPED = "skipped"
        HELD = "held"  # pending in a company that is closed

    id = models.BigAutoField(primary_key=True)
    company_id = models.BigIntegerField()
    consumer = models.CharField(max_length=80)
    event_id = models.BigIntegerField()
    key = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    started_attempts = models.SmallIntegerField(default=0)
    finished_attempts = models.SmallIntegerField(default=0)
    available_at = models.DateTimeField()
    claim = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        db_table = "core_delivery"
        constraints = [
            models.UniqueConstraint(fields=["company_id", "consumer", "event_id"], name="core_delivery_once"),
        ]
        indexes = [
            models.Index(fields=["id"], name="core_delivery_due", condition=models.Q(state="pending")),
            models.Index(
                fields=["company_id", "consumer", "key", "id"],
                name="core_delivery_head",
                condition=models.Q(state__in=["pending", "parked"]),
            ),
            models.Index(fields=["company_id", "id"], name="core_delivery_parked", condition=models.Q(state="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} <- event {self.event_id}"
