-- What the portal needs beyond the API: what of the supplier's own bills is still to be paid, and which of their own forms was sent.
CREATE POLICY partner ON ledger_openitem FOR SELECT TO weft_partner
    USING (company_id = (SELECT current_setting('weft.company_id')::bigint) AND party_id = (SELECT core_partner())
           AND kind = 'vendor_bill');
-- The company's currency and time zone, which a process that serves a supplier first has not read yet.
CREATE POLICY partner ON identity_company FOR SELECT TO weft_partner
    USING (id = (SELECT current_setting('weft.company_id')::bigint));
CREATE POLICY partner ON screens_submission FOR SELECT TO weft_partner
    USING (company_id = (SELECT current_setting('weft.company_id')::bigint)
           AND actor = (SELECT current_setting('weft.actor')));
GRANT SELECT (company_id, party_id, kind, document_id, residual, is_open) ON ledger_openitem TO weft_partner;
GRANT SELECT ON screens_submission TO weft_partner;
