"""An upload that is too large is let go while it arrives, not after."""

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from accounts.spreadsheet import LARGEST


class NoLargerThan(FileUploadHandler):
    """Stands before the other handlers; what is larger never reaches memory or disk. `too_large` tells of it."""

    chunk_size = 64 * 2**10

    def __init__(self, request=None, largest: int = LARGEST) -> None:
        super().__init__(request)
        self.largest = largest
        self.arrived = 0
        self.too_large = False

    def new_file(self, *arguments, **named) -> None:
        super().new_file(*arguments, **named)
        self.arrived = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.arrived += len(raw_data)
        if self.arrived > self.largest:
            self.too_large = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one keep the file."""
