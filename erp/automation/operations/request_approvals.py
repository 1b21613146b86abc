"""Asking for approval, and taking it back when the document is out of the game."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from erp.automation.events import ApprovalRequested, ApprovalWithdrawn
from erp.automation.models import ApprovalRequest
from erp.automation.permissions import DECIDE
from erp.automation.queries import policies_for
from erp.core import bus
from erp.core.actor import Actor
from erp.core.events import DocumentRef
from erp.core.operation import operation
from erp.core.rows import insert_rows, update_rows

State = ApprovalRequest.State


@dataclass(frozen=True, kw_only=True)
class ApprovalCase:
    """A document that somebody (`asked_by`, an actor's name) made; `amount` in company currency."""

    kind: str
    document_id: int
    number: str
    amount: Decimal
    asked_by: str


@operation(DECIDE)
def request_approvals(
    *, cases: Sequence[ApprovalCase], on: datetime.date, actor: Actor, at: datetime.datetime
) -> dict[tuple[str, int], int]:
    """Ask for those documents that a policy wants approved; return their requests by kind and document. A document that waits
    already is not asked for twice, and one that was approved or refused is not asked for again."""
    policies = policies_for([(case.kind, case.amount) for case in cases], on=on)
    found = ApprovalRequest.objects.filter(document_id__in=[case.document_id for case in cases]).exclude(state=State.WITHDRAWN)
    known = {(row.kind, row.document_id): row.pk for row in found.order_by("pk")}
    wanted = [
        (case, policy)
        for case, policy in zip(cases, policies, strict=True)
        if policy is not None and (case.kind, case.document_id) not in known
    ]
    made = insert_rows(
        ApprovalRequest,
        ["kind", "document_id", "document_number", "amount", "policy_id", "stages", "asked_by", "asked_at"],
        [
            (case.kind, case.document_id, case.number, case.amount, policy.pk, policy.stages, case.asked_by, at)
            for case, policy in wanted
        ],
        computed={"number": "documents_next_number('approval')"},
        returning=["id", "number"],
    )
    bus.publish(
        [
            ApprovalRequested(
                id=pk,
                number=number,
                status="pending",
                kind=case.kind,
                document_id=case.document_id,
                document_number=case.number,
                roles=tuple(policy.stages[0]["roles"]),
                stems_from=DocumentRef(case.kind, case.document_id),
            )
            for (case, policy), (pk, number) in zip(wanted, made, strict=True)
        ],
        at=at,
    )
    asked = {(case.kind, case.document_id): row[0] for (case, _policy), row in zip(wanted, made, strict=True)}
    return known | asked


@operation(DECIDE)
def withdraw_approvals(*, kind: str, document_ids: Sequence[int], actor: Actor, at: datetime.datetime) -> None:
    """Nobody needs to answer for these documents any more; none that waits is fine."""
    rows = ApprovalRequest.objects.filter(kind=kind, document_id__in=list(document_ids), state=State.PENDING)
    waiting = list(rows.order_by("pk").select_for_update(no_key=True))
    update_rows(ApprovalRequest, ["state", "ended_at"], [(row.pk, State.WITHDRAWN, at) for row in waiting])
    bus.publish(
        [
            ApprovalWithdrawn(
                id=row.pk,
                number=row.number,
                status="withdrawn",
                kind=row.kind,
                document_id=row.document_id,
                document_number=row.document_number,
            )
            for row in waiting
        ],
        at=at,
    )
