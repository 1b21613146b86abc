-- Claim the lowest due deliveries of distinct keys and count the attempt as started, in a short transaction of its own.
-- A key with an earlier unfinished or parked delivery waits: only the head of a key is due. It is asked for each
-- delivery by the index of the heads; as a join its plan would depend on statistics that say that nothing waits.
-- The handler's own transaction locks the rows. What a dead worker had claimed, free_lost.sql gives back; the five
-- minutes count only where sessions are pooled, so that a worker's death cannot be seen.
WITH due AS (
    SELECT d.id FROM core_delivery d
    WHERE d.state = 'pending' AND d.available_at <= now()
      AND d.started_attempts - d.finished_attempts BETWEEN %(least)s AND %(most)s
      AND d.id = (SELECT min(b.id) FROM core_delivery b
                  WHERE b.company_id = d.company_id AND b.consumer = d.consumer AND b.key = d.key
                    AND b.state IN ('pending', 'parked'))
    ORDER BY d.id
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE core_delivery d
SET started_attempts = d.started_attempts + 1, claim = %(claim)s, available_at = now() + interval '5 minutes'
FROM due WHERE d.id = due.id
RETURNING d.id, d.company_id, d.consumer, d.started_attempts, d.finished_attempts
