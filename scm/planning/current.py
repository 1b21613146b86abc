"""Which findings of the runs hold: of each bucket of an item those of the last run that netted it.

A full run nets items whole, a net change often no more than the buckets that changed; the item of such a run names them.
"""

from django.db.models import Exists, Func, JSONField, OuterRef, Q

from scm.planning.models import PlanItem

# Of a peg or a message `g` that the run `r` wrote.
HOLDS = """NOT EXISTS (
    SELECT 1 FROM planning_planitem x JOIN planning_planrun y ON y.company_id = x.company_id AND y.id = x.run_id
    WHERE x.company_id = g.company_id AND x.product_id = g.product_id AND x.run_id > g.run_id
      AND y.warehouse_id = r.warehouse_id AND (x.buckets IS NULL OR x.buckets ? g.bucket::text))"""


def holds() -> Q:
    """The same as a condition on pegs or messages."""
    bucket = Func(OuterRef("bucket"), function="to_jsonb", output_field=JSONField())
    later = PlanItem.objects.filter(
        Q(buckets__isnull=True) | Q(buckets__contains=bucket),
        product_id=OuterRef("product_id"),
        run_id__gt=OuterRef("run_id"),
        run__warehouse_id=OuterRef("run__warehouse_id"),
    )
    return Q(~Exists(later))
