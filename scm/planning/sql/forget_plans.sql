-- Items of old runs that a later run of the warehouse planned again as a whole and no proposal refers to, with their pegs and messages.
WITH gone AS (
    DELETE FROM planning_planitem
    WHERE company_id = (SELECT current_setting('weft.company_id')::bigint) AND id IN (
        SELECT i.id FROM planning_planitem i
        JOIN planning_planrun r ON r.company_id = i.company_id AND r.id = i.run_id
        WHERE i.company_id = (SELECT current_setting('weft.company_id')::bigint) AND r.at < %s
          AND EXISTS (SELECT 1 FROM planning_planitem n JOIN planning_planrun m ON m.company_id = n.company_id AND m.id = n.run_id
                      WHERE n.company_id = i.company_id AND n.product_id = i.product_id AND n.run_id > i.run_id
                        AND n.buckets IS NULL AND m.warehouse_id = r.warehouse_id)
          AND NOT EXISTS (SELECT 1 FROM planning_proposal p
                          WHERE p.company_id = i.company_id AND p.run_id = i.run_id AND p.product_id = i.product_id
                            AND p.state <> 'withdrawn')
        ORDER BY i.id LIMIT %s
    )
    RETURNING company_id, run_id, product_id
), pegs AS (
    DELETE FROM planning_peg g USING gone
    WHERE g.company_id = gone.company_id AND g.run_id = gone.run_id AND g.product_id = gone.product_id
), messages AS (
    DELETE FROM planning_planmessage m USING gone
    WHERE m.company_id = gone.company_id AND m.run_id = gone.run_id AND m.product_id = gone.product_id
)
SELECT count(*) FROM gone
