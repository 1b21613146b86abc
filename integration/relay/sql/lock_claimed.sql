-- The deliveries that are still ours, locked, with their events in order.
SELECT d.id, e.id, e.company_id, e.type, e.aggregatetype, e.aggregateid, e.payload, e.correlation_id, e.causation_id, e.actor, e.occurred_at
FROM core_delivery d
JOIN core_event e ON e.company_id = d.company_id AND e.id = d.event_id
WHERE d.company_id = (SELECT current_setting('weft.company_id')::bigint)
  AND d.id = ANY(%s::bigint[]) AND d.claim = %s AND d.state = 'pending'
ORDER BY d.id FOR UPDATE OF d SKIP LOCKED
