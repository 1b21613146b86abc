"""Between a form and an operation: refusals go to the fields they are about, the page says the rest once."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from erp.core.errors import BusinessRuleViolation, Refusals
from erp.documents.drafts import NO_VERSION
from erp.reference.unit_names import unit_word
from erp.screens import formats
from erp.screens.submissions import AlreadyDone, run_once
from erp.screens.views.verbs import each_refusal


class VersionField(forms.CharField):
    """The version of the record that the page showed, hidden in it. An edit that comes without one counts as stale."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, empty_value=NO_VERSION)


def add_refusals(form: forms.Form, refusal: BusinessRuleViolation | Refusals, names: Mapping[str, str] | None = None) -> None:
    """Put each refusal beside its field; `names` says which form field an operation's field is."""
    for one in each_refusal(refusal):
        field = (names or {}).get(one.field, one.field)
        has_label = field in form.fields
        sentence = one.at_field if has_label else one.sentence
        form.add_error(field if has_label else None, forms.ValidationError(sentence, code=one.code))


def submit_form(
    request: HttpRequest,
    form: forms.Form,
    work: Callable[[], Any],
    *,
    done: str | Promise,
    names: Mapping[str, str] | None = None,
) -> tuple[bool, Any]:
    """Carry out a valid form once and say that it is `done`. Returns (whether to go on, the result); a form sent twice goes
    on with None."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        result = run_once(actor, request.POST.get("token", ""), work)
    except AlreadyDone as first:
        messages.info(
            request, _("Already done by %(who)s at %(time)s.") % {"who": first.by, "time": formats.clock_time(first.at)}
        )
        return True, None
    except (BusinessRuleViolation, Refusals) as refusal:
        add_refusals(form, refusal, names)
        return False, None
    messages.success(request, str(done))
    return True, result


def unit_field(sku: str, *units: str, initial: str) -> forms.ChoiceField:
    """In which of its units a line of a sheet is counted; nothing chosen means the first of them."""
    choices = [(unit, unit_word(unit)) for unit in dict.fromkeys(units)]
    return forms.ChoiceField(label=_("%(sku)s, unit") % {"sku": sku}, required=False, choices=choices, initial=initial)
