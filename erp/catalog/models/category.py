from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.models import CompanyModel


class Category(CompanyModel):
    """A group of products."""

    keeps_history = True

    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [models.UniqueConstraint(fields=["company_id", "code"], name="catalog_category_code")]

    def __str__(self) -> str:
        return self.name
