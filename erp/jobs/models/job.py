from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Job(CompanyModel):
    """One long piece of work. `cursor` is where it goes on after an interruption; it moves with each committed chunk."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=120)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("total"), default=0)
    step = models.CharField(_("step"), max_length=120, default="")
    cursor = models.JSONField(default=dict)
    report = models.JSONField(_("report"), default=dict)
    error = models.TextField(_("error"), default="")
    actor = models.CharField(_("by"), max_length=60)
    started_at = models.DateTimeField(_("started at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("job")
        constraints = [models.UniqueConstraint(fields=["company_id", "kind", "key"], name="jobs_job_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
