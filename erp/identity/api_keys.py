"""API keys: making, checking, and the DRF authentication classes."""

import datetime
import hashlib
import hmac
import secrets

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from erp.core import clock
from erp.core.actor import Actor
from erp.core.errors import CompanyClosed
from erp.identity.access import actor_of_key, actor_of_user, choose_company, memberships_of
from erp.identity.models import ApiKey, Company
from erp.identity.roles import Role

USED_AT_STEP = datetime.timedelta(minutes=1)


def create_api_key(
    *,
    company: Company,
    name: str,
    role: Role,
    at: datetime.datetime,
    scopes: list[str] | None = None,
    expires_at: datetime.datetime | None = None,
    party_id: int | None = None,
) -> str:
    """Make a key and return it; it cannot be shown again. That of a supplier has the role SUPPLIER and their `party_id`."""
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = f"weft_{prefix}_{secret}"
    ApiKey.objects.create(
        company=company,
        name=name,
        prefix=prefix,
        digest=_digest(token),
        role=role,
        party_id=party_id,
        scopes=scopes or [],
        created_at=at,
        expires_at=expires_at,
    )
    return token


def find_api_key(token: str, at: datetime.datetime) -> ApiKey | None:
    """The living key behind a token, or None; notes its use once a minute."""
    parts = token.split("_", 2)
    if len(parts) != 3 or parts[0] != "weft":
        return None
    key = ApiKey.objects.select_related("company").filter(prefix=parts[1], revoked_at=None).first()
    if key is None or not hmac.compare_digest(key.digest, _digest(token)) or (key.expires_at and key.expires_at <= at):
        return None
    if key.last_used_at is None or at - key.last_used_at > USED_AT_STEP:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer <key>`; sets `request.user` to the actor and `request.auth` to the company."""

    def authenticate(self, request: Request) -> tuple[Actor, Company] | None:
        kind, _space, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer":
            return None
        key = find_api_key(token.strip(), clock.now())
        if key is None:
            raise AuthenticationFailed(_("The API key is unknown, expired or revoked."))
        if key.company.closed_at:
            raise CompanyClosed
        return actor_of_key(key), key.company

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="weft"'


class CompanySessionAuthentication(SessionAuthentication):
    """A logged-in person calling the API from the browser, with CSRF check, in their current company."""

    def authenticate(self, request: Request) -> tuple[Actor, Company] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        chosen = choose_company(memberships_of(user), request._request.session.get("company_id"))
        if chosen is None:
            return None
        if chosen.company.closed_at:
            raise CompanyClosed
        return actor_of_user(user, *chosen), chosen.company
