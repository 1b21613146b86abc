"""The form of a working calendar."""

from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.scope import company_scope
from erp.identity.middleware import CompanyRequest
from erp.manufacturing.forms import CalendarForm
from erp.manufacturing.operations.save_calendars import save_calendars
from erp.manufacturing.permissions import SAVE_CALENDARS
from erp.manufacturing.queries import find_calendar
from erp.manufacturing.tables import CALENDARS
from erp.screens.forms import submit_form
from erp.screens.trail import find_trail
from erp.screens.views.guard import requires


@requires(SAVE_CALENDARS)
def calendar(request: CompanyRequest, pk: int | None = None) -> HttpResponse:
    """A new calendar, or the one of a warehouse to change."""
    assert request.actor is not None
    actor = request.actor
    with company_scope(actor, read_only=True):
        found = find_calendar(pk) if pk else None
        if pk and found is None:
            raise Http404
        form = CalendarForm.of(found, request.POST or None)
        valid = form.is_valid()
    back = reverse("manufacturing:calendars")
    if request.method == "POST" and valid:
        work = partial(save_calendars, calendars=[form.draft()], actor=actor, at=clock.now())
        gone_on, _ids = submit_form(request, form, work, done=_("The calendar is saved."), names=form.names)
        if gone_on:
            return redirect(back)
    with company_scope(actor, read_only=True):
        context = {
            "form": form,
            "heading": found.warehouse.name if found else _("New working calendar"),
            "lead": _("The planner counts the days that making takes by it, from its next run on."),
            "submit": _("Save calendar"),
            "back_url": back,
            "trail": find_trail(request, CALENDARS, back, pk or 0),
        }
        return render(request, "screens/form_page.html", context)
