"""The form of planning."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from erp.screens.numbers import NumberField
from scm.planning.drafts import ProposalChange
from scm.planning.models import Proposal


class ProposalForm(forms.Form):
    """How much to fix, and for when."""

    quantity = NumberField(label=_("Quantity"), max_digits=20, decimal_places=6)
    need_date = forms.DateField(label=_("Needed by"), widget=forms.DateInput())

    def __init__(self, data: Any = None, *, proposal: Proposal) -> None:
        self.proposal = proposal
        super().__init__(data, initial={"quantity": f"{proposal.quantity.normalize():f}", "need_date": proposal.need_date})

    def change(self) -> ProposalChange:
        """What was changed; a day that was left alone may be past."""
        typed = self.cleaned_data
        day = typed["need_date"] if typed["need_date"] != self.proposal.need_date else None
        return ProposalChange(proposal_id=self.proposal.pk, quantity=typed["quantity"], need_date=day)
