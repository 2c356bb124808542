"""The files of the archive: named by their own SHA-256, on the disk before any row speaks of them, never changed.

The storage is Django's `archive`: a folder by default. In a folder a file is written beside its place,
flushed to the disk (file and folder) and linked into it, so that a kill or a power cut leaves either the
whole file or none. Other storages (S3) answer only when they have it all.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages

CHUNK = 1024 * 1024
HALVES = "unfinished"


class ArchiveError(Exception):
    """The archive holds something else under a name that must never change."""


@dataclass(frozen=True)
class Kept:
    """A file that is safely in the archive."""

    sha256: str
    size: int
    path: str


def storage():
    return storages["archive"]


def folder() -> Path | None:
    """Where the archive is a folder: its place. None where it is a storage elsewhere."""
    kept_in = storage()
    return Path(kept_in.location) if isinstance(kept_in, FileSystemStorage) else None


@contextlib.contextmanager
def unfinished() -> Iterator[IO[bytes]]:
    """A temporary file, beside the archive where it is a folder. It is gone when the block ends."""
    place = folder()
    if place is not None:
        place = place / HALVES
        place.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place, prefix="half-") as file:
        yield file


def forget_unfinished(before: float) -> int:
    """Remove temporary files that workers left when they died; `before` is seconds since 1970."""
    place = folder()
    removed = 0
    for path in (place / HALVES).glob("half-*") if place else ():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


def keep(file: IO[bytes], *, room: str, suffix: str = "") -> Kept:
    """Store the bytes of an open file under `room/ab/abcd…suffix`. Equal bytes are stored once."""
    file.flush()
    file.seek(0)
    total = hashlib.sha256()
    size = 0
    while chunk := file.read(CHUNK):
        total.update(chunk)
        size += len(chunk)
    name = total.hexdigest()
    kept = Kept(name, size, f"{room}/{name[:2]}/{name}{suffix}")
    file.seek(0)
    _write_once(kept.path, file, size)
    return kept


def keep_bytes(body: bytes, *, room: str, suffix: str = "") -> Kept:
    """Store bytes as `keep` does."""
    with unfinished() as file:
        file.write(body)
        return keep(file, room=room, suffix=suffix)


def write_once(path: str, body: bytes) -> None:
    """Write a file with a name of our choice, once. Raises ArchiveError if it is there with other bytes."""
    if storage().exists(path):
        with storage().open(path) as file:
            if file.read() != body:
                raise ArchiveError(f"{path} is already in the archive, with other bytes")
        return
    with unfinished() as file:
        file.write(body)
        file.flush()
        file.seek(0)
        _write_once(path, file, len(body))


def _write_once(path: str, file: IO[bytes], size: int) -> None:
    kept_in = storage()
    if kept_in.exists(path):
        if kept_in.size(path) == size:
            return
        raise ArchiveError(f"{path} is in the archive with another size: it was damaged. Run verify_archive.")
    place = folder()
    if place is None:
        given = kept_in.save(path, File(file))
        if given != path:
            raise ArchiveError(f"the storage kept {path} as {given}: it must not rename files")
        return
    whole = place / path
    whole.parent.mkdir(parents=True, exist_ok=True)
    _link(file, whole)


def _link(file: IO[bytes], whole: Path) -> None:
    """Give the bytes their name only when they are on the disk."""
    with tempfile.NamedTemporaryFile(dir=whole.parent, prefix=".half-") as copy:
        file.seek(0)
        while chunk := file.read(CHUNK):
            copy.write(chunk)
        copy.flush()
        os.fchmod(copy.fileno(), 0o440)
        os.fsync(copy.fileno())
        # A link, unlike a rename, never replaces what another worker has put there meanwhile.
        with contextlib.suppress(FileExistsError):
            os.link(copy.name, whole)
    for parent in (whole.parent, whole.parent.parent):
        handle = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
