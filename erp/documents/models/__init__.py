from erp.documents.models.comment import Comment
from erp.documents.models.external import ExternallyKnown
from erp.documents.models.history import History
from erp.documents.models.series import Series

__all__ = ["Comment", "ExternallyKnown", "History", "Series"]
