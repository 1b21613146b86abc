-- Give back at once what dead workers had claimed: a living one holds the lock of its number as long as it drains.
WITH claims AS MATERIALIZED (
    SELECT DISTINCT claim FROM core_delivery WHERE state = 'pending' AND claim IS NOT NULL
), lost AS MATERIALIZED (
    SELECT claim FROM claims WHERE pg_try_advisory_xact_lock(claim)
)
UPDATE core_delivery d SET claim = NULL, available_at = now() FROM lost WHERE d.claim = lost.claim AND d.state = 'pending'
