"""Mails of the door: queued as rows by requests, sent by the worker."""

import datetime
import logging
from collections.abc import Callable
from urllib.parse import urljoin

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import override

from erp.core import clock
from erp.identity.invitations import tokens
from erp.identity.models import Mail, Membership, User

MAX_ATTEMPTS = 8
# A mail that is being sent is not tried again before this, longer than any server may keep the connection waiting.
LEASE = datetime.timedelta(minutes=3)
BACKOFF_SECONDS = (10, 30, 120, 600, 1800, 3600, 7200)
log = logging.getLogger(__name__)
Write = Callable[[Mail, User], tuple[str, dict[str, object]]]


def queue_password_reset(address: str, *, site: str, language: str, at: datetime.datetime) -> None:
    """One statement that asks nobody whether the address is known."""
    mail = Mail(
        kind=Mail.Kind.PASSWORD_RESET,
        address=address.strip().lower(),
        site=site,
        language=language,
        available_at=at,
        created_at=at,
    )
    Mail.objects.bulk_create([mail], ignore_conflicts=True)


def send_due(*, most: int = 100) -> int:
    """Send what is due; return how many mails were tried. A failure is tried again later, and given up in the end."""
    tried = 0
    while tried < most and (mail := _claim(clock.now())) is not None:
        tried += 1
        try:
            state = _send(mail)
        except Exception as error:  # any server, any library: the row keeps what it was
            _keep(mail, f"{type(error).__name__}: {error}", clock.now())
        else:
            _close(mail, state, clock.now())
    return tried


def _claim(at: datetime.datetime) -> Mail | None:
    """The next mail that is due, with the attempt counted as begun, so that one that ends its worker ends some day."""
    with transaction.atomic():
        due = Mail.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=Mail.State.WAITING, available_at__lte=at
        )
        mail = due.order_by("available_at", "pk").first()
        if mail is None:
            return None
        mail.attempts += 1
        mail.available_at = at + LEASE
        mail.save(update_fields=["attempts", "available_at"])
    if mail.attempts > MAX_ATTEMPTS:
        _close(mail, Mail.State.FAILED, at)
        return _claim(at)
    return mail


def _send(mail: Mail) -> str:
    written, users = _WRITERS[mail.kind]
    found = users(mail)
    if found is None:
        return Mail.State.NOBODY
    template, words = written(mail, found)
    with override(mail.language or found.language or None):
        subject = render_to_string(f"identity/{template}_subject.txt", words)
        text = render_to_string(f"identity/{template}_email.txt", words)
    send_mail(" ".join(subject.split()), text.strip() + "\n", None, [found.email])
    return Mail.State.SENT


def _reset(mail: Mail, user: User) -> tuple[str, dict[str, object]]:
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("identity:password_reset_confirm", args=[uid, default_token_generator.make_token(user)])
    return "password_reset", {"user": user, "url": urljoin(mail.site, path)}


def _invitation(mail: Mail, user: User) -> tuple[str, dict[str, object]]:
    """Somebody who has a password already is led to the log-in."""
    path = reverse("identity:login")
    if not user.has_usable_password():
        path = reverse("identity:invitation", args=[urlsafe_base64_encode(force_bytes(user.pk)), tokens.make_token(user)])
    return "invitation", {"inviter": mail.inviter, "company": mail.company, "url": urljoin(mail.site, path)}


def _who_lost_it(mail: Mail) -> User | None:
    """Who can log in with a password and has exactly this address."""
    return next(iter(PasswordResetForm().get_users(mail.address)), None)  # type: ignore[return-value]


def _who_is_invited(mail: Mail) -> User | None:
    members = Membership.objects.filter(company=mail.company_id, company__closed_at=None, active=True)
    return User.objects.filter(email__iexact=mail.address, memberships__in=members).first()


_WRITERS: dict[str, tuple[Write, Callable[[Mail], User | None]]] = {
    Mail.Kind.PASSWORD_RESET: (_reset, _who_lost_it),
    Mail.Kind.INVITATION: (_invitation, _who_is_invited),
}


def _close(mail: Mail, state: str, at: datetime.datetime) -> None:
    sent_at = at if state == Mail.State.SENT else None
    Mail.objects.filter(pk=mail.pk, state=Mail.State.WAITING).update(state=state, sent_at=sent_at)
    if state == Mail.State.FAILED:
        log.error("mail %s was given up: %s", mail.pk, mail.last_error)


def _keep(mail: Mail, error: str, at: datetime.datetime) -> None:
    log.warning("mail %s could not be sent: %s", mail.pk, error)
    mail.last_error = error[:2000]
    wait = datetime.timedelta(seconds=BACKOFF_SECONDS[min(mail.attempts, len(BACKOFF_SECONDS)) - 1])
    Mail.objects.filter(pk=mail.pk).update(last_error=mail.last_error, available_at=at + wait)
    if mail.attempts >= MAX_ATTEMPTS:
        _close(mail, Mail.State.FAILED, at)
