"""Stale edits of forms: both values beside each other, and the next save is a decision."""

from collections.abc import Callable
from typing import TypeVar

from django import forms
from django.utils.translation import gettext as _

from erp.core.errors import BusinessRuleViolation, Refusals, StaleEdit
from erp.screens.views.verbs import each_refusal

T = TypeVar("T")


def noting_conflicts(form: forms.Form, work: Callable[[], T]) -> Callable[[], T]:
    """`work`, noting on a stale edit what is stored now; the form's `version` becomes the stored one."""

    def run() -> T:
        try:
            return work()
        except (BusinessRuleViolation, Refusals) as refusal:
            for one in each_refusal(refusal):
                if isinstance(one, StaleEdit):
                    _note(form, one)
            raise

    return run


def _note(form: forms.Form, refusal: StaleEdit) -> None:
    for name, (stored, _typed) in refusal.params.get("differences", {}).items():
        if name in form.fields:
            form.add_error(name, _("Saved meanwhile: “%(value)s”.") % {"value": stored})
    form.data = form.data.copy()
    form.data["version"] = refusal.params.get("version", "")
