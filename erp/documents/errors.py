"""What documents refuse, whatever kind they are; and what attaching and tasks refuse."""

from django.utils.translation import gettext_lazy as _

from erp.core.errors import BusinessRuleViolation, InputError, WrongState


class DateInFuture(BusinessRuleViolation):
    code = "date_in_future"
    message = _("%(date)s is after today, %(today)s: what has not happened yet cannot be entered.")
    remedy = _("Enter the date of today or an earlier one.")


class ComesFromOriginal(InputError):
    """A field of a document that has an original, whose own value counts."""

    code = "comes_from_original"
    message = _("%(what)s: it comes from %(original)s.")
    remedy = _("Leave it out.")


class FileTooLarge(InputError):
    code = "file_too_large"
    message = _("“%(name)s” is larger than %(mb)s MB.")
    remedy = _("Make it smaller, or attach a link in a comment.")


class FileNotAllowed(InputError):
    """The ending is not on the list, or the content is something else than the ending says."""

    code = "file_not_allowed"
    message = _("“%(name)s” is not a file of an allowed type.")
    remedy = _("Attach one of these: %(types)s.")


class FileEmpty(InputError):
    code = "file_empty"
    message = _("“%(name)s” is empty.")
    remedy = _("Choose the file again.")


class NotYourFile(BusinessRuleViolation):
    code = "not_your_file"
    message = _("“%(name)s” was attached by somebody else.")
    remedy = _("Ask that person or a manager to remove it.")


class FileGone(WrongState):
    code = "file_gone"
    message = _("“%(name)s” was removed before.")
    remedy = _("Reload the page.")


class NotInCompany(InputError):
    """A task for somebody who is not, or no longer, of this company."""

    code = "not_in_company"
    message = _("“%(value)s” is nobody of this company.")
    remedy = _("Choose a person from the list.")


class TaskDone(WrongState):
    code = "task_done"
    message = _("“%(document)s” was done before.")
    remedy = _("Reload the page to see by whom.")
