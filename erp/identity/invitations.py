"""The link in an invitation: who it is for, whether it is still good, and the mail that carries it."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import get_language, override

from erp.identity.models import Company, User


class InvitationTokens(PasswordResetTokenGenerator):
    """Good once and for some days: the token covers the password that accepting the invitation changes."""

    key_salt = "erp.identity.invitations"


tokens = InvitationTokens()


def find_invited(uidb64: str, token: str) -> User | None:
    """The person an invitation link is for; None when it was used, is too old or was tampered with."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uidb64))).first()
    except (ValueError, OverflowError):
        return None
    return user if user and tokens.check_token(user, token) else None


def mail_invitation(request: HttpRequest, user: User, company: Company, inviter: str) -> None:
    """Send the link; somebody who has a password already is led to the log-in."""
    path = reverse("identity:login")
    if not user.has_usable_password():
        uid = urlsafe_base64_encode(force_bytes(user.pk))
        path = reverse("identity:invitation", args=[uid, tokens.make_token(user)])
    words = {"inviter": inviter, "company": company.name, "url": request.build_absolute_uri(path)}
    with override(user.language or get_language()):
        subject = render_to_string("identity/invitation_subject.txt", words)
        text = render_to_string("identity/invitation_email.txt", words)
    send_mail(" ".join(subject.split()), text.strip() + "\n", None, [user.email])
