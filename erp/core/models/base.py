from typing import ClassVar

from django.db import models

from erp.core.fields import CompanyIdField


class CompanyModel(models.Model):
    """A row that belongs to one company.

    `append_only`: the row is a fact; no update or delete, by trigger and by grant.
    `keeps_history`: each change is recorded (who, when, old -> new) by a trigger, bulk updates included.
    `stored_totals`: columns that could be derived from other rows; `verify` derives each of them again.
    """

    append_only: ClassVar[bool] = False
    keeps_history: ClassVar[bool] = False
    stored_totals: ClassVar[tuple[str, ...]] = ()

    id = models.BigAutoField(primary_key=True)
    company_id = CompanyIdField()

    class Meta:
        abstract = True
