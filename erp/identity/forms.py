"""Forms at the door: invitation taken up, who is invited."""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _

from erp.identity.models import User
from erp.identity.roles import Role


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


class InviteForm(forms.Form):
    """Who shall come in, as what."""

    email = forms.EmailField(label=_("E-mail address"), max_length=150)
    display_name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        required=False,
        help_text=_("The invitation and the screens; it can be changed at any time."),
    )
