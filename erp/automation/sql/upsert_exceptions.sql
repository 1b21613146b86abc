-- One open exception per verb and document: a new refusal renews the reason and keeps the age.
INSERT INTO automation_exceptionitem AS x
    (company_id, verb, kind, document_id, number, reason, owner_role, state, event_id, raised_at, settled_by)
SELECT (SELECT current_setting('weft.company_id')::bigint), u.verb, u.kind, u.document_id, u.number, u.reason::jsonb,
       u.owner_role, 'open', u.event_id, %s::timestamptz, ''
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::bigint[]) WITH ORDINALITY
     AS u(verb, kind, document_id, number, reason, owner_role, event_id, ord)
ORDER BY u.kind, u.document_id, u.verb
ON CONFLICT (company_id, verb, kind, document_id) WHERE state = 'open'
DO UPDATE SET reason = excluded.reason, event_id = excluded.event_id, owner_role = excluded.owner_role
WHERE (x.reason, x.owner_role) IS DISTINCT FROM (excluded.reason, excluded.owner_role)
