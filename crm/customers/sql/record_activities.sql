-- Entries of timelines, each once per cause: the same event told twice by the same consumer changes nothing.
INSERT INTO customers_activity (company_id, customer_id, consumer, event_id, type, kind, document_id, document_number, details, actor, at)
SELECT (SELECT current_setting('weft.company_id')::bigint), customer_id, consumer, event_id, type, kind, document_id,
       document_number, details::jsonb, actor, at
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[],
            %s::timestamptz[]) WITH ORDINALITY
     AS u(customer_id, consumer, event_id, type, kind, document_id, document_number, details, actor, at, ord)
ORDER BY ord
ON CONFLICT (company_id, consumer, event_id) DO NOTHING
