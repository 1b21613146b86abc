"""Forms at the door: invitation taken up, lost password, who is invited."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from erp.core import clock
from erp.identity.mails import queue_password_reset
from erp.identity.models import User
from erp.identity.roles import STAFF_CHOICES


class InvitationForm(SetPasswordForm):  # type: ignore[type-arg]
    """How an invited person appears, and their first password."""

    display_name = forms.CharField(label=_("Your name"), max_length=120)
    field_order = ["display_name", "new_password1", "new_password2"]

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(user, *args, **kwargs)  # type: ignore[arg-type]
        self.fields["display_name"].initial = user.display_name
        self.fields["new_password1"].label = _("Password")
        self.fields["new_password2"].label = _("Password again")

    def save(self, commit: bool = True) -> User:
        self.user.display_name = self.cleaned_data["display_name"]
        return super().save(commit)  # type: ignore[return-value]


class LostPasswordForm(PasswordResetForm):
    """Whose password was lost. Saving looks nobody up and sends nothing: it queues a mail for the address."""

    def save(self, *_args: Any, request: HttpRequest, **_kwargs: Any) -> None:  # type: ignore[override]
        queue_password_reset(
            self.cleaned_data["email"],
            site=request.build_absolute_uri("/"),
            language=get_language() or "",
            at=clock.now(),
        )


class InviteForm(forms.Form):
    """Who shall come in, as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=150)
    display_name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_CHOICES)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        required=False,
        help_text=_("The invitation and the screens; it can be changed at any time."),
    )
