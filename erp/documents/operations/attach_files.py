"""Attaching files to documents."""

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from erp.core.actor import Actor
from erp.core.errors import BusinessRuleViolation, raise_refusals
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import insert_rows
from erp.documents.errors import FileEmpty, FileNotAllowed, FileTooLarge
from erp.documents.models import Attachment
from erp.documents.operations.openable import not_openable, openable
from erp.documents.rules import TYPES, clean_name, type_of
from erp.identity.permissions import BE_HERE

_COLUMNS = ["kind", "document_id", "name", "media_type", "size", "sha256", "content", "actor", "at"]


@dataclass(frozen=True, kw_only=True)
class FileDraft:
    document: DocumentRef
    name: str
    content: bytes


@operation(BE_HERE)
def attach_files(*, files: Sequence[FileDraft], max_mb: int, actor: Actor, at: datetime.datetime) -> list[int]:
    """Keep the files; whoever may open a document may attach to it. Returns their ids in order.

    Refuses empty and large files, and those whose type is not allowed or is not what the ending says.
    """
    known = openable([file.document for file in files], actor)
    refusals: list[BusinessRuleViolation] = []
    for i, file in enumerate(files):
        if file.document not in known:
            refusals.append(not_openable(file.document))
        refusals += _judge(clean_name(file.name), file.content, max_mb, f"{i}." if len(files) > 1 else "")
    raise_refusals(refusals)
    return [pk for (pk,) in insert_rows(Attachment, _COLUMNS, [_row(file, actor, at) for file in files], returning=["id"])]


def _judge(name: str, content: bytes, max_mb: int, prefix: str) -> list[BusinessRuleViolation]:
    if not content:
        return [FileEmpty(field=f"{prefix}content", name=name)]
    if len(content) > max_mb * 2**20:
        return [FileTooLarge(field=f"{prefix}content", name=name, mb=max_mb)]
    if type_of(name, content) is None:
        return [FileNotAllowed(field=f"{prefix}name", name=name, types=", ".join(TYPES))]
    return []


def _row(file: FileDraft, actor: Actor, at: datetime.datetime) -> tuple[object, ...]:
    name, content = clean_name(file.name), file.content
    digest = hashlib.sha256(content).hexdigest()
    # bytes travel as PostgreSQL's own hexadecimal text
    return (*file.document, name, type_of(name, content), len(content), digest, f"\\x{content.hex()}", actor.name, at)
