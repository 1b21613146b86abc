-- Which run said something last of what is shared with a supplier: no more of a run than its id and warehouse, no figures.
CREATE POLICY partner ON planning_planitem FOR SELECT TO weft_partner
USING (company_id = (SELECT current_setting('weft.company_id')::bigint)
       AND product_id IN (SELECT l.product_id FROM purchasing_agreementline l
                          JOIN purchasing_agreement a ON a.company_id = l.company_id AND a.id = l.agreement_id
                          WHERE l.active AND NOT a.blocked AND a.shares_demand));
CREATE POLICY partner ON planning_planrun FOR SELECT TO weft_partner
USING (company_id = (SELECT current_setting('weft.company_id')::bigint));
GRANT SELECT (company_id, run_id, product_id, buckets) ON planning_planitem TO weft_partner;
GRANT SELECT (company_id, id, warehouse_id) ON planning_planrun TO weft_partner;
GRANT SELECT (bucket) ON planning_peg TO weft_partner;
