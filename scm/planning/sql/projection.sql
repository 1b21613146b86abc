-- Everything that is wanted and coming of products in a warehouse, in one snapshot: positive is supply, negative demand. Demand stands on
-- the day that was wanted first: a promise that was moved because something is late does not make it less late.
-- product, kind, document, line, day, quantity, priority. All documents count in every state in which something of them is open.
SELECT l.product_id, 'stock', 0::bigint, 0::bigint, NULL::date, l.on_hand, 0::smallint
FROM inventory_stocklevel l
WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint) AND l.warehouse_id = %s AND l.on_hand <> 0
  AND (%s::boolean OR l.product_id = ANY ((SELECT %s::bigint[])::bigint[]))
UNION ALL
SELECT l.product_id, 'purchase_order', l.order_id, l.id, COALESCE(l.last_promised_date, l.requested_date),
       l.quantity - l.received, 0::smallint
FROM purchasing_purchaseorderline l
JOIN purchasing_purchaseorder o ON o.company_id = l.company_id AND o.id = l.order_id
WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.warehouse_id = %s
  AND o.state NOT IN ('received', 'closed', 'cancelled') AND NOT l.closed_short AND l.quantity > l.received
  AND (%s::boolean OR l.product_id = ANY ((SELECT %s::bigint[])::bigint[]))
UNION ALL
SELECT o.product_id, 'manufacturing_order', o.id, 0::bigint, o.due_date, o.quantity - o.completed - o.scrapped, 0::smallint
FROM manufacturing_manufacturingorder o
WHERE o.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.warehouse_id = %s
  AND o.state IN ('planned', 'released', 'in_progress') AND o.quantity > o.completed + o.scrapped
  AND (%s::boolean OR o.product_id = ANY ((SELECT %s::bigint[])::bigint[]))
UNION ALL
SELECT l.product_id, 'sales_order', l.order_id, l.id, COALESCE(o.first_promised_date, o.promised_date),
       l.delivered - l.quantity, o.priority
FROM sales_salesorderline l JOIN sales_salesorder o ON o.company_id = l.company_id AND o.id = l.order_id
WHERE l.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.warehouse_id = %s
  AND o.state IN ('confirmed', 'partly_delivered') AND l.stocked AND l.quantity > l.delivered
  AND (%s::boolean OR l.product_id = ANY ((SELECT %s::bigint[])::bigint[]))
UNION ALL
SELECT c.product_id, 'manufacturing_order', c.order_id, c.id, o.start_date - (o.due_date - o.first_due_date),
       c.issued - c.required, o.priority
FROM manufacturing_componentline c
JOIN manufacturing_manufacturingorder o ON o.company_id = c.company_id AND o.id = c.order_id
WHERE c.company_id = (SELECT current_setting('weft.company_id')::bigint) AND o.warehouse_id = %s
  AND o.state IN ('planned', 'released', 'in_progress') AND c.required > c.issued
  AND (%s::boolean OR c.product_id = ANY ((SELECT %s::bigint[])::bigint[]))
