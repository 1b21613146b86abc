-- Decisions are facts; the second one for the same cause changes nothing.
INSERT INTO automation_automaticstep
    (company_id, verb, kind, document_id, event_id, allowed, rule_id, rules_seen, inputs, reason, at)
SELECT (SELECT current_setting('weft.company_id')::bigint), %s, u.kind, u.document_id, u.event_id, u.allowed, u.rule_id,
       %s::jsonb, u.inputs::jsonb, u.reason::jsonb, %s::timestamptz
FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bool[], %s::bigint[], %s::text[], %s::text[]) WITH ORDINALITY
     AS u(kind, document_id, event_id, allowed, rule_id, inputs, reason, ord)
ORDER BY u.ord
ON CONFLICT (company_id, verb, kind, document_id, event_id) DO NOTHING
