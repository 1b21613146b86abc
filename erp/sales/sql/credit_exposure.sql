-- What a customer owes and will owe, in company currency, rounded to `places`: open items of receivables (money on account
-- counts against them) and what is ordered and not yet invoiced; with `with_placed` also of orders that the company has not confirmed yet.
-- Volatile on purpose: each statement in here sees what was committed until now, so that a query that locks the
-- customer's row first reads the exposure of after the wait. The states are those of the index `sales_order_credit`.
CREATE OR REPLACE FUNCTION sales_credit_exposure(customer bigint, with_placed boolean, places integer)
RETURNS numeric LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    own bigint := current_setting('weft.company_id')::bigint;
BEGIN
    RETURN COALESCE((SELECT sum(i.company_residual) FROM ledger_openitem i
                     WHERE i.company_id = own AND i.party_id = customer AND i.is_open
                       AND i.account_id = (SELECT account_id FROM ledger_postingaccount
                                           WHERE company_id = own AND role = 'receivable')), 0)
         + COALESCE((SELECT sum(round(l.total * o.rate * (l.quantity - l.invoiced) / l.quantity, places)) FROM sales_salesorder o
                     JOIN sales_salesorderline l ON l.company_id = o.company_id AND l.order_id = o.id
                     WHERE o.company_id = own AND o.customer_id = customer
                       AND o.state IN ('placed', 'confirmed', 'partly_delivered', 'delivered')
                       AND (with_placed OR o.state <> 'placed')), 0);
END $$;
