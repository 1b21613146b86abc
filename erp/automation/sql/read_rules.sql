-- The rules of a verb and the decisions already taken for the same causes, in one read.
WITH asked AS (
    SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) AS c(kind, document_id, event_id)
)
SELECT
    (SELECT coalesce(jsonb_agg(jsonb_build_object(
         'id', r.id, 'condition', r.condition, 'limit_amount', r.limit_amount::text, 'valid_from_date', r.valid_from_date,
         'valid_to_date', r.valid_to_date, 'priority', r.priority) ORDER BY r.id), '[]')
     FROM automation_rule r
     WHERE r.company_id = (SELECT current_setting('weft.company_id')::bigint) AND r.verb = %s),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(s.kind, s.document_id, s.event_id, s.allowed, s.rule_id, s.reason)), '[]')
     FROM asked a
     JOIN automation_automaticstep s ON s.kind = a.kind AND s.document_id = a.document_id AND s.event_id = a.event_id
     WHERE s.company_id = (SELECT current_setting('weft.company_id')::bigint) AND s.verb = %s)
