"""The link in an invitation: who it is for and whether it is still good."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.http import urlsafe_base64_decode

from erp.identity.models import User


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
