"""What must be true of automatic steps and exceptions."""

from django.apps import apps

from erp.core.invariants import Invariant, declare
from erp.documents.registry import kinds


def _documents_exist(table: str) -> str:
    """Rows that name a document by kind and id, against the tables of the registered kinds."""
    tables = [(kind.name, apps.get_model(kind.model)._meta.db_table) for kind in kinds()]
    known = " UNION ALL ".join(f"SELECT '{name}' AS kind, id AS document_id FROM {of}" for name, of in tables)  # noqa: S608
    return f"""
SELECT s.kind || ' ' || s.document_id || ' ' || s.verb AS key, d.document_id IS NOT NULL AS stored, true AS derived
FROM {table} s LEFT JOIN ({known or "SELECT ''::text AS kind, 0::bigint AS document_id"}) d USING (kind, document_id)
"""  # noqa: S608


_REASONED = """
SELECT kind || ' ' || document_id || ' ' || verb AS key, reason ->> 'code' = '' AS stored, allowed AS derived
FROM automation_automaticstep
"""
_SETTLED = """
SELECT number || ' ' || verb AS key, settled_at IS NULL AS stored, state = 'open' AS derived FROM automation_exceptionitem
"""

_ENDED = """
SELECT number AS key, ended_at IS NULL AS stored, state = 'pending' AS derived FROM automation_approvalrequest
"""
_AGREED = """
SELECT r.number AS key, true AS stored,
       bool_and(CASE WHEN s.stage ->> 'needs' = 'all' THEN s.said = s.asked ELSE s.said > 0 END) AS derived
FROM automation_approvalrequest r
CROSS JOIN LATERAL (
    SELECT x.stage, jsonb_array_length(x.stage -> 'roles') AS asked, count(a.id) AS said
    FROM jsonb_array_elements(r.stages) WITH ORDINALITY AS x(stage, n)
    LEFT JOIN automation_approvalanswer a
           ON a.company_id = r.company_id AND a.request_id = r.id AND a.stage = x.n - 1 AND a.approved
    GROUP BY x.stage, x.n
) s WHERE r.state = 'granted' GROUP BY r.id, r.number
"""

declare(
    Invariant(
        name="automation.step_documents",
        sentence="the document of each automatic step exists",
        sql=lambda: _documents_exist("automation_automaticstep"),
    ),
    Invariant(
        name="automation.exception_documents",
        sentence="the document of each exception exists",
        sql=lambda: _documents_exist("automation_exceptionitem"),
    ),
    Invariant(name="automation.reasoned", sentence="each refused step says why, no allowed one does", sql=_REASONED),
    Invariant(name="automation.approval_ended", sentence="an approval that does not wait says when it ended", sql=_ENDED),
    Invariant(name="automation.approval_agreed", sentence="of a granted approval all stages agreed", sql=_AGREED),
    Invariant(name="automation.settled", sentence="each exception that is not open says when it was settled", sql=_SETTLED),
)
