"""What must be true of number series."""

from erp.core.invariants import Invariant, declare

_SEQUENCES = """
SELECT s.code AS key, to_regclass(format('numbers.%I', format('c%s_%s', s.company_id, s.code))) IS NOT NULL AS stored,
       NOT s.gapless AS derived
FROM documents_series s
"""

declare(
    Invariant(
        name="documents.sequences",
        sentence="each plain number series has its sequence, a gapless one has none",
        sql=_SEQUENCES,
    )
)
