from django.db import models
from django.utils.translation import gettext_lazy as _

from erp.core.fields import CompanyForeignKey, price_field, quantity_field
from erp.core.models import CompanyModel
from erp.payables.rules import STRICTER, WIDER, Limit, Tolerance


def _fraction(label: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(label, max_digits=7, decimal_places=6, null=True, blank=True)  # type: ignore[arg-type]


class MatchTolerance(CompanyModel):
    """How far bills may be off before a person must look: of one supplier, or of all that have none of their own."""

    keeps_history = True

    supplier = CompanyForeignKey("parties.Party", null=True, blank=True, verbose_name=_("supplier"))
    quantity_over_fraction = _fraction(_("quantity over, share"))
    quantity_over = quantity_field(verbose_name=_("quantity over"), null=True, blank=True)
    price_over_fraction = _fraction(_("price over, share"))
    price_over = price_field(verbose_name=_("price over"), null=True, blank=True)
    price_under_fraction = _fraction(_("price under, share"))
    price_under = price_field(verbose_name=_("price under"), null=True, blank=True)
    combine = models.CharField(
        _("of both limits"), max_length=3, choices=[(STRICTER, _("the stricter")), (WIDER, _("the wider"))], default=STRICTER
    )

    class Meta:
        verbose_name = _("tolerance")
        constraints = [
            models.UniqueConstraint(
                fields=["company_id", "supplier"], nulls_distinct=False, name="payables_matchtolerance_supplier"
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id or '*'}"

    @property
    def rule(self) -> Tolerance:
        """The row as the match wants it."""
        under = self.price_under_fraction is not None or self.price_under is not None
        return Tolerance(
            quantity_over=Limit(fraction=self.quantity_over_fraction, absolute=self.quantity_over, combine=self.combine),
            price_over=Limit(fraction=self.price_over_fraction, absolute=self.price_over, combine=self.combine),
            price_under=Limit(fraction=self.price_under_fraction, absolute=self.price_under, combine=self.combine)
            if under
            else None,
        )
