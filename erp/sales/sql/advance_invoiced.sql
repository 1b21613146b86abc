-- After invoicing, in one statement: the lines count what is invoiced, finished orders move on, deliveries know their
-- invoice. The caller holds the orders' locks.
WITH advanced AS (
    UPDATE sales_salesorderline l SET invoiced = u.invoiced
    FROM unnest((SELECT %s::bigint[]), (SELECT %s::numeric[])) AS u(id, invoiced)
    WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint) AND l.id = u.id
), done AS (
    UPDATE sales_salesorder o SET state = 'invoiced'
    FROM unnest((SELECT %s::bigint[])) AS u(id)
    WHERE o.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.id = u.id
)
UPDATE sales_delivery d SET invoice_id = u.invoice_id
FROM unnest((SELECT %s::bigint[]), (SELECT %s::bigint[])) AS u(id, invoice_id)
WHERE d.company_id = (SELECT current_setting('weft.company_id')::bigint) AND d.id = u.id
