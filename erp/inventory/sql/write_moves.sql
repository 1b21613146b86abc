-- Quantity facts, value facts and the levels they add up to, in one statement. The caller holds the levels' locks.
WITH given AS MATERIALIZED (
    SELECT u.*, nextval('inventory_stockmove_id_seq') AS id
    FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
                %s::date[], %s::numeric[], %s::bigint[], %s::numeric[]) WITH ORDINALITY
         AS u(product_id, warehouse_id, quantity, reason, kind, document_id, line_id, document_number,
              date, amount, entry_id, unreserved, ord)
    ORDER BY u.ord
), moves AS (
    INSERT INTO inventory_stockmove (id, company_id, product_id, warehouse_id, quantity, reason, kind, document_id, line_id,
                                     document_number, date, recorded_at)
    SELECT id, (SELECT current_setting('weft.company_id')::bigint), product_id, warehouse_id, quantity, reason, kind,
           document_id, line_id, document_number, date, %s
    FROM given ORDER BY ord
), valued AS (
    INSERT INTO inventory_valueentry (company_id, move_id, product_id, warehouse_id, amount, entry_id, date, recorded_at)
    SELECT (SELECT current_setting('weft.company_id')::bigint), id, product_id, warehouse_id, amount, entry_id, date, %s
    FROM given WHERE amount <> 0 ORDER BY ord
)
UPDATE inventory_stocklevel l
SET on_hand = l.on_hand + d.quantity, reserved = l.reserved - d.unreserved, value = l.value + d.amount
FROM (SELECT product_id, warehouse_id, sum(quantity) AS quantity, sum(unreserved) AS unreserved, sum(amount) AS amount
      FROM given GROUP BY product_id, warehouse_id) d
WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint)
  AND l.product_id = d.product_id AND l.warehouse_id = d.warehouse_id
