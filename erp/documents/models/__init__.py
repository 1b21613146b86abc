from erp.documents.models.attachment import Attachment
from erp.documents.models.comment import Comment
from erp.documents.models.external import ExternallyKnown
from erp.documents.models.follower import Follower
from erp.documents.models.history import History
from erp.documents.models.series import Series
from erp.documents.models.task import Task

__all__ = ["Attachment", "Comment", "ExternallyKnown", "Follower", "History", "Series", "Task"]
