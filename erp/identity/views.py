"""The door: log in, log out, lost password, invitation, choice of company. Nothing here needs a company."""

from collections.abc import Callable
from typing import Any

from axes.utils import reset
from django.contrib.auth import login, views
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from erp.identity.forms import InvitationForm, LostPasswordForm
from erp.identity.invitations import find_invited
from erp.identity.models import Membership

BACKEND = "django.contrib.auth.backends.ModelBackend"


def opened(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view as open to everybody, people of suppliers too, which the architecture tests read."""
    view.permission, view.partner = "", True  # type: ignore[attr-defined]
    return view


class LogIn(views.LoginView):
    template_name = "identity/login.html"
    redirect_authenticated_user = False


class LostPassword(views.PasswordResetView):
    template_name = "identity/password_reset.html"
    form_class = LostPasswordForm
    success_url = reverse_lazy("identity:password_reset_done")


class NewPassword(views.PasswordResetConfirmView):
    template_name = "identity/password_reset_confirm.html"
    success_url = reverse_lazy("identity:password_reset_complete")

    def form_valid(self, form: Any) -> HttpResponse:
        """Save it, and open the log-in that wrong passwords locked: whoever reads the mail is its owner."""
        answer = super().form_valid(form)
        reset(username=self.user.get_username())
        return answer


log_in = opened(LogIn.as_view())
log_out = opened(views.LogoutView.as_view())
lost_password = opened(LostPassword.as_view())
lost_password_sent = opened(views.PasswordResetDoneView.as_view(template_name="identity/password_reset_done.html"))
new_password = opened(NewPassword.as_view())
new_password_saved = opened(views.PasswordResetCompleteView.as_view(template_name="identity/password_reset_complete.html"))


@opened
@never_cache
@sensitive_post_parameters()
def invitation(request: HttpRequest, uidb64: str, token: str) -> HttpResponse:
    """Take up an invitation: name and password, then straight in."""
    user = find_invited(uidb64, token)
    if user is None:
        return render(request, "identity/invitation_invalid.html", status=404)
    form = InvitationForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.save(), backend=BACKEND)
        return redirect("home")
    membership = Membership.objects.filter(user=user, active=True).select_related("company").order_by("-id").first()
    context = {"form": form, "invitation": {"company": membership.company.name if membership else ""}}
    return render(request, "identity/invitation.html", context)


@opened
def switch_company(request: HttpRequest) -> HttpResponse:
    """Choose which company to work in; only one's own are known here."""
    if not request.user.is_authenticated:
        return redirect("identity:login")
    companies: list[Any] = getattr(request, "companies", [])
    following = request.POST.get("next") or request.GET.get("next", "")
    if request.method != "POST":
        return render(request, "identity/company_switch.html", {"next": following})
    wanted = next((company for company in companies if str(company.pk) == request.POST.get("company")), None)
    if wanted is not None:
        request.session["company_id"] = wanted.pk
    if following and url_has_allowed_host_and_scheme(following, {request.get_host()}, require_https=request.is_secure()):
        return HttpResponseRedirect(following)
    return redirect("home")
