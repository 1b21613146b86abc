-- What a supplier's key can read at all, whatever a program forgets to ask for: the role weft_partner has no other grant and sees
-- no other row. Its scope says which company and which supplier (weft.party_id). It writes nothing: the few verbs of suppliers run
-- as the application, each naming the supplier in the statement that locks the order.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'weft_partner') THEN
        RAISE EXCEPTION 'The role weft_partner is missing' USING HINT = 'Run config/services/roles.sql again as a superuser.';
    END IF;
END
$$;

CREATE FUNCTION core_partner() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT current_setting('weft.party_id')::bigint $$;

DO $$
DECLARE
    own CONSTANT text := 'company_id = (SELECT current_setting(''weft.company_id'')::bigint)';
    mine CONSTANT text := own || ' AND supplier_id = (SELECT core_partner())';
    wall record;
BEGIN
    FOR wall IN SELECT * FROM (VALUES
        ('purchasing_purchaseorder', mine || ' AND issued_at IS NOT NULL'),
        ('purchasing_purchaseorderline', mine || ' AND order_id IN (SELECT id FROM purchasing_purchaseorder)'),
        ('purchasing_supplieranswer', mine),
        ('purchasing_answeroutcome', mine),
        ('purchasing_advice', mine),
        ('purchasing_adviceline', mine),
        ('purchasing_ordermessage', mine),
        ('purchasing_goodsreceiptline', mine),
        ('purchasing_agreement', mine),
        ('purchasing_agreementline', mine),
        ('purchasing_pricetier', mine),
        ('purchasing_purchasereturn', mine),
        ('purchasing_purchasereturnline', mine),
        ('payables_vendorbill', mine),
        ('payables_vendorbillline', own || ' AND bill_id IN (SELECT id FROM payables_vendorbill)'),
        ('parties_party', own || ' AND id = (SELECT core_partner())'),
        ('catalog_product', own || ' AND (id IN (SELECT product_id FROM purchasing_agreementline)'
                                   ' OR id IN (SELECT product_id FROM purchasing_purchaseorderline))'),
        ('inventory_warehouse', own),
        ('reference_paymentterm', own),
        ('reference_unit', own),
        ('identity_idempotencyrecord', own || ' AND principal = (SELECT current_setting(''weft.actor''))'),
        ('inventory_stocklevel', own || ' AND product_id IN (SELECT l.product_id FROM purchasing_agreementline l'
            ' JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id'
            ' WHERE l.active AND NOT a.blocked AND a.shares_stock)'),
        ('planning_proposal', own || ' AND product_id IN (SELECT l.product_id FROM purchasing_agreementline l'
            ' JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id'
            ' WHERE l.active AND NOT a.blocked AND a.shares_forecast)'),
        ('planning_peg', own || ' AND product_id IN (SELECT l.product_id FROM purchasing_agreementline l'
            ' JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id'
            ' WHERE l.active AND NOT a.blocked AND a.shares_demand)')
    ) AS w(tablename, visible) LOOP
        EXECUTE format('CREATE POLICY partner ON %I FOR SELECT TO weft_partner USING (%s)', wall.tablename, wall.visible);
    END LOOP;
END
$$;

GRANT USAGE ON SCHEMA public TO weft_partner;
GRANT SELECT ON purchasing_purchaseorder, purchasing_purchaseorderline, purchasing_supplieranswer, purchasing_answeroutcome,
    purchasing_advice, purchasing_adviceline, purchasing_ordermessage, purchasing_goodsreceiptline, purchasing_agreement,
    purchasing_agreementline, purchasing_pricetier, purchasing_purchasereturn, purchasing_purchasereturnline, payables_vendorbill,
    payables_vendorbillline, parties_party, catalog_product, inventory_warehouse, reference_paymentterm, reference_unit,
    identity_idempotencyrecord TO weft_partner;
-- Of what is shared only the figures: not for which customer, at which cost, from which competitor.
GRANT SELECT (company_id, product_id, warehouse_id, on_hand, reserved) ON inventory_stocklevel TO weft_partner;
GRANT SELECT (company_id, product_id, warehouse_id, quantity, need_date, state, kind) ON planning_proposal TO weft_partner;
GRANT SELECT (company_id, run_id, product_id, quantity, demand_date) ON planning_peg TO weft_partner;
GRANT SELECT (id, code, name, currency_code, time_zone, closed_at) ON identity_company TO weft_partner;
GRANT SELECT ON reference_currency TO weft_partner;
