"""`ETag` and `If-Match`: a change is made to the version that was read, or not at all."""

from django.db import models
from rest_framework.request import Request

from erp.core.errors import ChangedSinceSeen, NotFound, StaleEdit
from erp.core.rows import COMPANY, fetch
from erp.identity.rest.problems import PreconditionRequired


def etag_of(row: models.Model) -> str:
    """The version of a row: the transaction that wrote it last, children included by writing their parent too."""
    return _etag(_read(row, lock=False))


def ensure_unchanged(row: models.Model, request: Request, *, label: str) -> None:
    """Lock the row; raise StaleEdit when If-Match names another version, PreconditionRequired when a PATCH has none."""
    asked, edits = request.headers.get("If-Match", "").strip(), request.method == "PATCH"
    if not asked and edits:
        raise PreconditionRequired
    if not asked:
        return
    current = _etag(_read(row, lock=True))
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    if asked != "*" and current.removeprefix("W/") not in tags:
        raise (StaleEdit if edits else ChangedSinceSeen)(document=label, document_id=row.pk)


def _etag(version: str) -> str:
    return f'W/"{version}"'


def _read(row: models.Model, *, lock: bool) -> str:
    table = row._meta.db_table
    sql = f'SELECT xmin::text FROM "{table}" WHERE company_id = {COMPANY} AND id = %s{" FOR NO KEY UPDATE" if lock else ""}'  # noqa: S608
    rows = fetch(sql, [row.pk])
    if not rows:
        raise NotFound(what=row._meta.verbose_name, value=row.pk)
    return str(rows[0][0])
