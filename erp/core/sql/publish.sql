-- Events, their causation and the delivery rows of their consumers, in one statement.
-- An event's cause is an earlier event of the same batch (parent_ord) or else the latest event of the document it
-- stems from; its correlation is that of the root of its chain.
WITH given AS MATERIALIZED (
    SELECT u.*, nextval('core_event_id_seq') AS id
    FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::smallint[], %s::text[], %s::timestamptz[],
                %s::text[], %s::bigint[], %s::int[], %s::int[], %s::int[])
         AS u(aggregatetype, aggregateid, type, schema_version, payload, occurred_at,
              from_kind, from_id, parent_ord, root_ord, ord)
    ORDER BY u.ord
), caused AS MATERIALIZED (
    SELECT g.*, before.id AS before_id, before.correlation_id AS before_correlation
    FROM given g
    LEFT JOIN LATERAL (
        SELECT e.id, e.correlation_id FROM core_event e
        WHERE g.parent_ord IS NULL AND e.company_id = (SELECT current_setting('weft.company_id')::bigint)
          AND e.aggregatetype = g.from_kind AND e.aggregateid = g.from_id
        ORDER BY e.id DESC LIMIT 1
    ) before ON true
), logged AS (
    INSERT INTO core_event (id, company_id, aggregatetype, aggregateid, type, schema_version, payload,
                            correlation_id, causation_id, actor, occurred_at)
    SELECT c.id, (SELECT current_setting('weft.company_id')::bigint), c.aggregatetype, c.aggregateid, c.type,
           c.schema_version, c.payload::jsonb, COALESCE(root.before_correlation, root.id),
           COALESCE(parent.id, c.before_id), current_setting('weft.actor'), c.occurred_at
    FROM caused c
    JOIN caused root ON root.ord = c.root_ord
    LEFT JOIN caused parent ON parent.ord = c.parent_ord
    ORDER BY c.ord
), duties AS (
    INSERT INTO core_delivery (company_id, consumer, event_id, key, state, started_attempts, finished_attempts,
                               available_at, last_error)
    SELECT (SELECT current_setting('weft.company_id')::bigint), w.consumer, c.id,
           c.aggregatetype || ':' || c.aggregateid, 'pending', 0, 0, now(), ''
    FROM caused c
    JOIN unnest(%s::text[], %s::text[]) AS w(type, consumer) ON w.type = c.type
    ORDER BY c.ord
)
SELECT id FROM given ORDER BY ord
