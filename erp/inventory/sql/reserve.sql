-- Reservation rows and the reserved quantity of their levels, in one statement. The caller holds the levels' locks;
-- the CHECK reserved <= on_hand stands behind it.
WITH given AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::numeric[], %s::text[], %s::bigint[], %s::bigint[])
           AS u(product_id, warehouse_id, quantity, kind, document_id, line_id)
), kept AS (
    INSERT INTO inventory_reservation AS r (company_id, product_id, warehouse_id, quantity, kind, document_id, line_id, reserved_at)
    SELECT (SELECT current_setting('weft.company_id')::bigint), product_id, warehouse_id, quantity, kind, document_id, line_id, %s
    FROM given
    ON CONFLICT (company_id, kind, line_id, warehouse_id) DO UPDATE SET quantity = r.quantity + excluded.quantity
)
UPDATE inventory_stocklevel l SET reserved = l.reserved + d.quantity
FROM (SELECT product_id, warehouse_id, sum(quantity) AS quantity FROM given GROUP BY product_id, warehouse_id) d
WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint)
  AND l.product_id = d.product_id AND l.warehouse_id = d.warehouse_id
