-- Documents, lines, quantity and amount of the source's sales orders, by its own number of the document.
SELECT o.external_ref, o.date, count(DISTINCT o.id), count(*), sum(l.quantity), sum(l.total)
FROM sales_salesorder o
JOIN sales_salesorderline l ON l.company_id = o.company_id AND l.order_id = o.id
WHERE o.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.external_source = %s AND o.state = 'invoiced'
GROUP BY o.external_ref, o.date
