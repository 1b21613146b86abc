-- Settlements, and the residuals of both sides lowered by them, in one statement. The caller holds the items' locks; the
-- residual CHECK stands behind it.
WITH given AS MATERIALIZED (
    SELECT * FROM unnest((SELECT %s::bigint[]), (SELECT %s::bigint[]), (SELECT %s::numeric[]), (SELECT %s::numeric[]),
                         (SELECT %s::numeric[]), (SELECT %s::date[])) WITH ORDINALITY
         AS u(debit_item_id, credit_item_id, amount, debit_company_amount, credit_company_amount, date, ord)
), recorded AS (
    INSERT INTO ledger_settlement (company_id, debit_item_id, credit_item_id, amount, debit_company_amount,
                                   credit_company_amount, date, actor, at)
    SELECT (SELECT current_setting('weft.company_id')::bigint), debit_item_id, credit_item_id, amount, debit_company_amount,
           credit_company_amount, date, %s, %s
    FROM given ORDER BY ord
)
UPDATE ledger_openitem t SET residual = t.residual - u.amount, company_residual = t.company_residual - u.company_amount
FROM (SELECT id, sum(amount) AS amount, sum(company_amount) AS company_amount
      FROM (SELECT debit_item_id AS id, amount, debit_company_amount AS company_amount FROM given
            UNION ALL SELECT credit_item_id, -amount, -credit_company_amount FROM given) sides
      GROUP BY id) u
WHERE t.company_id = (SELECT current_setting('weft.company_id')::bigint) AND t.id = u.id
