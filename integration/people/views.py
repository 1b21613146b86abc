"""Inviting: one form, one operation, then the mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from erp.core import clock
from erp.core.actor import Actor
from erp.core.scope import company_scope
from erp.identity.forms import InviteForm
from erp.identity.invitations import mail_invitation
from erp.identity.models import User
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
        gone_on, user_ids = submit_form(request, form, lambda: invite_people(invitations=[draft], actor=actor, at=at))
        if user_ids:
            send(request, User.objects.get(pk=user_ids[0]))
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


def send(request: HttpRequest, user: User) -> bool:
    """Mail the link and say how it went."""
    actor, company = request.actor, request.company  # type: ignore[attr-defined]
    try:
        mail_invitation(request, user, company, actor.label)
    except OSError:
        messages.error(request, _("%(name)s may come in, but the mail could not be sent. Send it again later.") % {"name": user})
        return False
    messages.success(request, _("Invitation sent to %(address)s.") % {"address": user.email})
    return True
