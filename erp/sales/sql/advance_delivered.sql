-- After a delivery, in one statement: reservations of its lines are used up, the lines count what left, the orders move on.
-- The caller holds the orders' locks.
WITH lines AS MATERIALIZED (
    SELECT * FROM unnest((SELECT %s::bigint[]), (SELECT %s::numeric[]), (SELECT %s::numeric[])) AS u(id, delivered, reserved)
), used AS (
    DELETE FROM inventory_reservation r USING lines u
    WHERE r.company_id = (SELECT current_setting('weft.company_id')::bigint) AND r.kind = 'sales_order' AND r.line_id = u.id
), advanced AS (
    UPDATE sales_salesorderline l SET delivered = l.delivered + u.delivered, reserved = l.reserved - u.reserved
    FROM lines u WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint) AND l.id = u.id
)
UPDATE sales_salesorder o SET state = u.state
FROM unnest((SELECT %s::bigint[]), (SELECT %s::text[])) AS u(id, state)
WHERE o.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.id = u.id
