-- Of the goods to be taken out on an earlier day: the levels that were too low at some moment since, and how low.
-- Just before the moves of a later day, a level stood at on_hand - Σ moves from that day on.
WITH asked AS (
    SELECT product_id, warehouse_id, min(date) AS date, sum(quantity) AS quantity
    FROM unnest(%s::bigint[], %s::bigint[], %s::date[], %s::numeric[]) AS u(product_id, warehouse_id, date, quantity)
    GROUP BY product_id, warehouse_id
), days AS (
    SELECT a.product_id, a.warehouse_id, a.quantity, l.on_hand, m.date,
           sum(sum(m.quantity)) OVER (PARTITION BY a.product_id, a.warehouse_id ORDER BY m.date DESC) AS since
    FROM asked a
    JOIN inventory_stocklevel l ON l.company_id = (SELECT current_setting('weft.company_id')::bigint)
         AND l.product_id = a.product_id AND l.warehouse_id = a.warehouse_id
    JOIN inventory_stockmove m ON m.company_id = l.company_id AND m.product_id = a.product_id
         AND m.warehouse_id = a.warehouse_id AND m.date > a.date
    GROUP BY a.product_id, a.warehouse_id, a.quantity, l.on_hand, m.date
)
SELECT DISTINCT ON (product_id, warehouse_id) product_id, warehouse_id, date, on_hand - since
FROM days WHERE on_hand - since < quantity
ORDER BY product_id, warehouse_id, on_hand - since, date
