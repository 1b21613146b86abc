"""Inviting: one form, one operation, which queues the mail."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.forms import InviteForm
from erp.identity.operations.invite_people import Invitation, invite_people
from erp.identity.permissions import MANAGE_PEOPLE
from erp.screens.forms import submit_form
from erp.screens.views.guard import requires


@requires(MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    """Invite one person. An address that is known gets one more role or company."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    form = InviteForm(request.POST or None, initial={"language": request.user.language})  # type: ignore[union-attr]
    if request.method == "POST" and form.is_valid():
        draft = Invitation(**form.cleaned_data)
        at = clock.now()
        site = request.build_absolute_uri("/")
        done = _("The invitation to %(address)s is on its way.") % {"address": draft.address}
        gone_on, _ids = submit_form(
            request, form, lambda: invite_people(invitations=[draft], site=site, actor=actor, at=at), done=done
        )
        if gone_on:
            return redirect("people:people")
    context = {
        "form": form,
        "heading": _("Invite somebody"),
        "lead": _("They get a mail with a link that is good for three days, and choose their password themselves."),
        "submit": _("Send invitation"),
        "back_url": reverse("people:people"),
    }
    with company_scope(actor, read_only=True):
        return render(request, "screens/form_page.html", context)
