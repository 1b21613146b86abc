"""Fields whose meaning reaches into SQL."""

from typing import Any

from django.db import models

from erp.core.scope import current_company_id


class CompanyIdField(models.BigIntegerField):
    """The company of a row: filled from the open scope, compared by the row-level policy, never edited."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"editable": False, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> int:
        value = getattr(model_instance, self.attname)
        if value is None:
            value = current_company_id()
            setattr(model_instance, self.attname, value)
        return value


class CompanyForeignKey(models.ForeignKey):
    """A reference inside one company.

    In SQL it is `FOREIGN KEY (company_id, x_id) REFERENCES t (company_id, id)`, made by SecureCompanyTables
    together with its index, so that no row can point across the wall; Django's own single-column constraint is off.
    One that is not `sought` has no index: nobody looks for rows by it, or another index finds them.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, *, sought: bool = True, **kwargs: Any) -> None:
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("db_index", False)
        self.sought = sought
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs if self.sought else {**kwargs, "sought": False}


def amount_field(**kwargs: Any) -> models.DecimalField:
    """Money: up to 16 digits before the point, four after it (currencies have at most three)."""
    return models.DecimalField(**{"max_digits": 20, "decimal_places": 4, **kwargs})


def price_field(**kwargs: Any) -> models.DecimalField:
    """A price per unit keeps eight decimals; the amount is the truth, the price is derived or typed."""
    return models.DecimalField(**{"max_digits": 24, "decimal_places": 8, **kwargs})


def quantity_field(**kwargs: Any) -> models.DecimalField:
    return models.DecimalField(**{"max_digits": 20, "decimal_places": 6, **kwargs})


def rate_field(**kwargs: Any) -> models.DecimalField:
    return models.DecimalField(**{"max_digits": 20, "decimal_places": 10, **kwargs})
