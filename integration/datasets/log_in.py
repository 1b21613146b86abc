"""The log-in and API key of a data set's company, left in a file for whoever runs the machine."""

import datetime
import os
import secrets
from pathlib import Path

from django.db import transaction

from erp.identity.api_keys import create_api_key, find_api_key
from erp.identity.models import Company, Membership, User
from erp.identity.roles import Role
from integration.demo.keys import read_env, write_env


def ensure_log_in(company: Company, folder: Path, *, at: datetime.datetime) -> Path:
    """Write `<folder>/<company code>.env` with URL, user, password and key, mode 600.

    What the file says is kept as long as it still opens the company; otherwise a new password and key are drawn.
    """
    path = folder / f"{company.code}.env"
    known = read_env(path)
    url = os.environ.get("WEFT_URL") or known.get("WEFT_URL") or "http://localhost:8000"
    if not _opens(known, company, at):
        known = _draw(company, at)
    write_env(path, {"WEFT_URL": url, **{name: value for name, value in known.items() if name != "WEFT_URL"}})
    return path


def _opens(known: dict[str, str], company: Company, at: datetime.datetime) -> bool:
    key = find_api_key(known.get("WEFT_API_KEY", ""), at)
    user = User.objects.filter(username=known.get("WEFT_USER", ""), memberships__company=company).first()
    return bool(key and key.company_id == company.pk and user and user.check_password(known.get("WEFT_PASSWORD", "")))


def _draw(company: Company, at: datetime.datetime) -> dict[str, str]:
    password = secrets.token_urlsafe(15)
    with transaction.atomic():
        user, _made = User.objects.get_or_create(
            username=company.code, defaults={"email": f"{company.code}@example.com", "display_name": company.name}
        )
        user.is_staff = True
        user.set_password(password)
        user.save()
        Membership.objects.get_or_create(user=user, company=company, role=Role.ADMINISTRATOR)
        key = create_api_key(company=company, name="data set", role=Role.ADMINISTRATOR, at=at)
    return {"WEFT_USER": user.username, "WEFT_PASSWORD": password, "WEFT_API_KEY": key}
