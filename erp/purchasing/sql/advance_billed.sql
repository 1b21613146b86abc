-- After bills were booked, in one statement: what they take from what is received and not billed, and the lines count it. Quantities
-- and amounts are those of a bill, negative of a credit note. The caller holds the orders' locks.
WITH cleared AS MATERIALIZED (
    SELECT * FROM unnest((SELECT %s::bigint[]), (SELECT %s::numeric[]), (SELECT %s::numeric[]), (SELECT %s::bigint[]),
                         (SELECT %s::date[])) WITH ORDINALITY
         AS u(order_line_id, quantity, amount, bill_id, date, ord)
), noted AS (
    INSERT INTO purchasing_clearingfact (company_id, order_line_id, kind, quantity, amount, document_kind, document_id, date, at)
    SELECT (SELECT current_setting('weft.company_id')::bigint), order_line_id,
           CASE WHEN quantity > 0 THEN 'bill' ELSE 'vendor_credit' END, -quantity, -amount, 'vendor_bill', bill_id, date, %s
    FROM cleared ORDER BY ord
)
UPDATE purchasing_purchaseorderline l SET billed = l.billed + u.quantity
FROM (SELECT order_line_id, sum(quantity) AS quantity FROM cleared GROUP BY order_line_id) u
WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint) AND l.id = u.order_line_id
