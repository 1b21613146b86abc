-- Delete the old done deliveries among the next ones in order of id, and note per company how far events are forgotten.
WITH next AS MATERIALIZED (
    SELECT id, company_id, event_id, state IN ('done', 'skipped') AND finished_at < %(before)s AS is_old,
           COALESCE(finished_at >= %(before)s, false) AS is_young
    FROM core_delivery WHERE id > %(after)s ORDER BY id LIMIT %(limit)s
), gone AS (
    DELETE FROM core_delivery d USING next n
    WHERE d.id = n.id AND n.is_old AND d.state IN ('done', 'skipped')
    RETURNING d.company_id, d.event_id
), noted AS (
    UPDATE identity_company c SET events_forgotten_to = g.event_id
    FROM (SELECT company_id, max(event_id) AS event_id FROM gone GROUP BY company_id) g
    WHERE c.id = g.company_id AND c.events_forgotten_to < g.event_id
)
SELECT (SELECT count(*) FROM gone), (SELECT max(id) FROM next), COALESCE((SELECT bool_or(is_young) FROM next), true)
