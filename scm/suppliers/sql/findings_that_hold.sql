-- A peg says itself whether it holds: of runs and what they found of items a supplier sees nothing any more.
DROP POLICY partner ON planning_planitem;
DROP POLICY partner ON planning_planrun;
REVOKE SELECT (company_id, run_id, product_id, buckets) ON planning_planitem FROM weft_partner;
REVOKE SELECT (company_id, id, warehouse_id) ON planning_planrun FROM weft_partner;
REVOKE SELECT (run_id, bucket) ON planning_peg FROM weft_partner;
GRANT SELECT (until_run_id) ON planning_peg TO weft_partner;
