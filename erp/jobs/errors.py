"""What jobs refuse."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation


class JobNotRunning(BusinessRuleViolation):
    """Another runner of the same job finished it or failed meanwhile."""

    code = "job_not_running"
    message = _("%(document)s is not running: it is %(state)s.")
    remedy = _("Start it again if it is not done.")


class NotYourJob(BusinessRuleViolation):
    code = "not_your_job"
    message = _("%(document)s was started by somebody else.")
    remedy = _("Ask that person or an administrator to stop it.")
