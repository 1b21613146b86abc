"""The one click of the inbox, and the form of a rule."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.automation.forms import CONDITIONS, RuleForm
from erp.automation.models import ExceptionItem
from erp.automation.operations.run_exceptions import run_exceptions
from erp.automation.operations.save_rules import save_rules
from erp.automation.operations.settle_exceptions import settle_exceptions
from erp.automation.permissions import MANAGE_RULES
from erp.automation.queries import find_rule
from erp.automation.tables import RULES, condition_of
from erp.core.actor import Actor
from erp.core.clock import now
from erp.core.scope import company_scope
from erp.identity.queries import company_today
from erp.screens.forms import submit_form
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


def run(request: HttpRequest, pk: int) -> str:
    """Do the verb on the document of one exception, as this person; its number."""
    run_exceptions(exception_ids=[pk], actor=request.actor, at=now())  # type: ignore[attr-defined]
    return _number(pk)


def dismiss(request: HttpRequest, pk: int) -> str:
    """Close one exception without doing anything; its number."""
    settle_exceptions(exception_ids=[pk], outcome=ExceptionItem.State.DISMISSED, actor=request.actor, at=now())  # type: ignore[attr-defined]
    return _number(pk)


def _number(pk: int) -> str:
    return ExceptionItem.objects.values_list("number", flat=True).get(pk=pk)


@requires(MANAGE_RULES)
def new_rule(request: HttpRequest) -> HttpResponse:
    """Allow a step to run by itself."""
    return _edit(request, None)


@requires(MANAGE_RULES)
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at a rule and change it; what was decided by it before keeps what it saw."""
    return _edit(request, pk)


def _edit(request: HttpRequest, pk: int | None) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    with company_scope(actor, read_only=True):
        row = find_rule(pk) if pk else None
        if pk and row is None:
            raise Http404
        form = RuleForm(request.POST or None, rule=row, valid_from_date=company_today(), priority=0)
    if request.method == "POST" and form.is_valid():
        names = {f"rules.0.{name}": name for name in form.fields}
        names |= {f"rules.0.condition.{name}": name for name in CONDITIONS}
        gone_on, _ids = submit_form(
            request, form, lambda: save_rules(drafts=[form.draft()], actor=actor, at=now()), done=_("Rule saved."), names=names
        )
        if gone_on:
            return redirect("automation:rules")
    with company_scope(actor, read_only=True):
        others = condition_of(row) if row and row.condition else ""
        context = {
            "form": form,
            "heading": row.name if row else _("New rule"),
            "lead": _("Holds only for: %(condition)s") % {"condition": others} if others else "",
            "submit": _("Save rule"),
            "back_url": reverse("automation:rules"),
            "trail": find_trail(request, RULES, reverse("automation:rules"), pk or 0),
        }
        return render(request, "screens/form_page.html", context)
