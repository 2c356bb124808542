"""Exchanges with a platform as WARC 1.1 (ISO 28500:2017), and back.

One gzip member per WARC record, so that each can be cut out by offset and length and read by any WARC
tool. Digests are SHA-256. Pure: open files in, values out.
"""

import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from accounts.platforms import Exchange
from records.rules import storable

MEDIA_TYPE = "application/warc"


class WarcError(Exception):
    """A WARC file that cannot be read as it must be. The text says what and where."""


@dataclass(frozen=True)
class Place:
    """Where one answer stands in a WARC file: bytes from its start, and how many."""

    offset: int
    length: int


class _Sha256Writer(WARCWriter):
    """warcio's writer with SHA-256 in place of SHA-1, which nobody should have to trust any more."""

    @staticmethod
    def _create_digester() -> Digester:
        return Digester("sha256")


class Writer:
    """Writes the exchanges of one capture to an open file and remembers the place of each answer."""

    def __init__(self, file: IO[bytes], *, about: dict[str, str]) -> None:
        self.places: dict[str, Place] = {}
        self.last = ""
        self._file = file
        self._warc = _Sha256Writer(file, gzip=True, warc_version="1.1")
        self._warc.write_record(self._warc.create_warcinfo_record(None, about))

    def __call__(self, exchange: Exchange) -> None:
        """Write the answer, then the request that it belongs to."""
        date = exchange.started_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        offset = self._file.tell()
        self._warc.write_record(self._response(exchange, date))
        self.places[exchange.id] = Place(offset, self._file.tell() - offset)
        self.last = exchange.id
        self._warc.write_record(self._request(exchange, date))

    def _response(self, exchange: Exchange, date: str) -> Any:
        headers = StatusAndHeaders(
            f"{exchange.status} {exchange.reason}".strip(),
            list(exchange.response_headers),
            protocol="HTTP/1.1",
        )
        return self._warc.create_warc_record(
            exchange.url,
            "response",
            payload=BytesIO(exchange.response_body),
            length=len(exchange.response_body),
            http_headers=headers,
            warc_headers_dict={"WARC-Record-ID": f"<{exchange.id}>", "WARC-Date": date},
        )

    def _request(self, exchange: Exchange, date: str) -> Any:
        parts = urlsplit(exchange.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = StatusAndHeaders(
            f"{exchange.method} {target} HTTP/1.1", list(exchange.request_headers), is_http_request=True
        )
        return self._warc.create_warc_record(
            exchange.url,
            "request",
            payload=BytesIO(exchange.request_body),
            length=len(exchange.request_body),
            http_headers=headers,
            warc_headers_dict={"WARC-Date": date, "WARC-Concurrent-To": f"<{exchange.id}>"},
        )


@dataclass(frozen=True)
class Answer:
    """One answer as it stands in a WARC file."""

    id: str
    place: Place
    url: str
    status: str
    media_type: str
    body: bytes

    def json(self) -> Any:
        """The answer as the records hold it. Raises ValueError where it is not JSON."""
        return storable(json.loads(self.body))


def answers(file: IO[bytes]) -> Iterator[Answer]:
    """Every answer in a WARC file, in order. Raises WarcError at the first that is damaged or cut off."""
    number = 0
    try:
        reader = ArchiveIterator(file, check_digests=True, no_record_parse=False)
        for number, record in enumerate(reader, start=1):
            if record.rec_type not in ("warcinfo", "request", "response"):
                raise WarcError(f"record {number} is a {record.rec_type}, which we never write")
            body = record.content_stream().read()
            if record.digest_checker.passed is False:
                raise WarcError(f"record {number} does not match its own digest")
            if record.rec_type != "response":
                continue
            name = record.rec_headers.get_header("WARC-Record-ID").strip("<>")
            _check_digest(record, number)
            place = Place(reader.get_record_offset(), reader.get_record_length())
            kind = record.http_headers.get_header("Content-Type", "").split(";")[0].strip().lower()
            url = record.rec_headers.get_header("WARC-Target-URI")
            yield Answer(name, place, url, record.http_headers.get_statuscode(), kind, body)
    except (ArchiveLoadFailed, EOFError, zlib.error, ValueError, AttributeError) as error:
        raise WarcError(f"it cannot be read after record {number}: {error}") from error


def _check_digest(record: Any, number: int) -> None:
    if not (record.rec_headers.get_header("WARC-Payload-Digest") or "").startswith("sha256:"):
        raise WarcError(f"record {number} carries no SHA-256 digest")


def cut(file: IO[bytes], place: Place) -> bytes:
    """The bytes of one WARC record, still compressed: a WARC file of its own."""
    file.seek(place.offset)
    return file.read(place.length)


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
