"""A request with files is refused by its size before a byte of it is kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

FILES_AT_ONCE = 5


class LimitedUpload(FileUploadHandler):
    """First of the upload handlers; passes every chunk on."""

    def handle_raw_input(self, _input: Any, _meta: Any, content_length: int, *_others: Any) -> None:
        if content_length > FILES_AT_ONCE * settings.ATTACHMENT_MAX_MB * 2**20:
            raise RequestDataTooBig(f"A request with files may have {FILES_AT_ONCE} x ATTACHMENT_MAX_MB.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
