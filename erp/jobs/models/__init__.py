from erp.jobs.models.bulk_run import BulkRun
from erp.jobs.models.job import Job

__all__ = ["BulkRun", "Job"]
