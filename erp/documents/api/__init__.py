"""What people keep on documents, over the API: comments, files, tasks."""

from erp.documents.api.attachments import AttachmentView
from erp.documents.api.comments import CommentView
from erp.documents.api.tasks import TaskView

ROUTES = {"erp/comments": CommentView, "erp/attachments": AttachmentView, "erp/tasks": TaskView}
