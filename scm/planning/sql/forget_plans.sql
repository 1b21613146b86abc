-- A set of what does not hold any more and no proposal that stands or became something needs: items of old runs that a later run of
-- the warehouse planned again, pegs and messages that ended before that day.
WITH items AS (
    DELETE FROM planning_planitem
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND id IN (
        SELECT i.id FROM planning_planitem i
        JOIN planning_planrun r ON r.company_id = i.company_id AND r.id = i.run_id
        WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint) AND r.at < %s
          AND EXISTS (SELECT 1 FROM planning_planitem n JOIN planning_planrun m ON m.company_id = n.company_id AND m.id = n.run_id
                      WHERE n.company_id = i.company_id AND n.product_id = i.product_id AND n.run_id > i.run_id
                        AND m.warehouse_id = r.warehouse_id)
          AND NOT EXISTS (SELECT 1 FROM planning_proposal p
                          WHERE p.company_id = i.company_id AND p.run_id = i.run_id AND p.product_id = i.product_id
                            AND p.state <> 'withdrawn')
        ORDER BY i.id LIMIT %s
    )
    RETURNING 1
), pegs AS (
    DELETE FROM planning_peg
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND id IN (
        SELECT g.id FROM planning_peg g
        JOIN planning_planrun r ON r.company_id = g.company_id AND r.id = g.until_run_id
        WHERE g.company_id = (SELECT current_setting('weft.company_id')::bigint) AND g.until_run_id IS NOT NULL AND r.at < %s
          AND NOT EXISTS (SELECT 1 FROM planning_proposal p
                          WHERE p.company_id = g.company_id AND p.id = g.supply_id AND g.supply_kind = 'proposal'
                            AND p.state <> 'withdrawn')
        ORDER BY g.id LIMIT %s
    )
    RETURNING 1
), messages AS (
    DELETE FROM planning_planmessage
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND id IN (
        SELECT g.id FROM planning_planmessage g
        JOIN planning_planrun r ON r.company_id = g.company_id AND r.id = g.until_run_id
        WHERE g.company_id = (SELECT current_setting('weft.company_id')::bigint) AND g.until_run_id IS NOT NULL AND r.at < %s
        ORDER BY g.id LIMIT %s
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM items) + (SELECT count(*) FROM pegs) + (SELECT count(*) FROM messages)
