-- After a receipt, in one statement: what arrived is noted, what of it was kept is owed, the lines count both, the orders move on.
-- The caller holds the orders' locks.
WITH goods AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::date[], %s::numeric[], %s::numeric[],
                         %s::numeric[], %s::text[]) WITH ORDINALITY
         AS u(receipt_id, order_line_id, advice_line_id, supplier_id, date, arrived, accepted, value, reason, ord)
), noted AS (
    INSERT INTO purchasing_goodsreceiptline (company_id, receipt_id, order_line_id, advice_line_id, supplier_id, date, arrived,
                                             accepted, rejected, reason, value, actor, at)
    SELECT (SELECT current_setting('weft.company_id')::bigint), receipt_id, order_line_id, advice_line_id, supplier_id, date,
           arrived, accepted, arrived - accepted, reason, value, %s, %s
    FROM goods ORDER BY ord
), owed AS (
    INSERT INTO purchasing_clearingfact (company_id, order_line_id, kind, quantity, amount, document_kind, document_id, date, at)
    SELECT (SELECT current_setting('weft.company_id')::bigint), order_line_id, 'receipt', accepted, value, 'receipt', receipt_id,
           date, %s
    FROM goods WHERE accepted > 0 ORDER BY ord
), advanced AS (
    UPDATE purchasing_purchaseorderline l SET received = u.received, rejected = u.rejected, closed_short = u.closed_short
    FROM unnest((SELECT %s::bigint[]), (SELECT %s::numeric[]), (SELECT %s::numeric[]), (SELECT %s::boolean[]))
         AS u(id, received, rejected, closed_short)
    WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint) AND l.id = u.id
)
UPDATE purchasing_purchaseorder o SET state = u.state
FROM unnest((SELECT %s::bigint[]), (SELECT %s::text[])) AS u(id, state)
WHERE o.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.id = u.id
