"""The HTTP client of the platform modules: hands over each exchange as it went over the wire, and is never
held up.

It keeps secrets out of what it hands over, follows no redirect, never waits on a rate limit (it raises, the
caller reschedules), and gives up at a total deadline, however slowly a server drips its answer.
"""

import datetime as dt
import email.utils
import functools
import ipaddress
import json
import socket
import ssl
import time
import uuid
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from httpcore import SyncBackend  # type: ignore[attr-defined,unused-ignore]

from .base import Exchange, NotThePlatform, RateLimited, Recorder, TooLarge, Unreachable

USER_AGENT = "Rostrum (records and moderation of a city's own accounts)"
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "dpop"})
MEGABYTE = 1024 * 1024

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for connecting, for each read, and for the whole exchange; bytes of an answer, as sent and when
    unpacked.
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 45.0
    answer: int = 8 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: status, lower-cased headers, the body unpacked, and the id of the Exchange that was handed
    over ("" for a secret one).
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    exchange: str

    @property
    def mime(self) -> str:
        return self.headers.get("content-type", "").split(";")[0].strip().lower()


class _Guard(httpcore.NetworkBackend):
    """Opens connections only where allowed, and ends every read and write at the deadline of the exchange
    that runs.
    """

    def __init__(self) -> None:
        self._backend = SyncBackend()
        self.deadline = 0.0
        self.public_only = False

    def left(self, timeout: float | None, error: type[Exception]) -> float:
        remaining = self.deadline - time.monotonic()
        if remaining <= 0:
            raise error("the whole answer took too long")
        return remaining if timeout is None else min(timeout, remaining)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        if self.public_only:
            host = public_address(host, port)
        stream = self._backend.connect_tcp(
            host, port, self.left(timeout, httpcore.ConnectTimeout), local_address, socket_options
        )
        return _GuardedStream(stream, self)


class _GuardedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, guard: _Guard) -> None:
        self._stream = stream
        self._guard = guard

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._guard.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._guard.left(timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> Any:
        wait = self._guard.left(timeout, httpcore.ConnectTimeout)
        return _GuardedStream(self._stream.start_tls(ssl_context, server_hostname, wait), self._guard)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def public_address(host: str, port: int) -> str:
    """Return one address of a stranger's server. Raises ConnectError if any of its addresses is not on the
    public internet: a resident's account may name any server as its own, also one inside the city's
    network.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"{host} is unknown: {error}") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(
        ipaddress.ip_address(address.split("%")[0]).is_global for address in addresses
    ):
        raise httpcore.ConnectError(f"{host} is not on the public internet")
    return addresses[0]


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Whom we believe to be who they say: read once a process, because reading takes longer than most calls."""
    return httpx.create_ssl_context()


class _Transport(httpx.HTTPTransport):
    """httpx's own transport over connections that the guard watches. (httpx has no public way to hand it a
    network backend.)
    """

    def __init__(self, guard: _Guard) -> None:
        super().__init__(verify=_trusted())
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(),
            max_connections=4,
            keepalive_expiry=5.0,
            network_backend=guard,
        )


class Http:
    """One caller's client, for one thread. `stop` is called before each request and may raise to end the work
    there.
    """

    def __init__(
        self,
        *,
        recorder: Recorder | None = None,
        limits: Limits | None = None,
        stop: Callable[[], None] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.limits = limits or Limits()
        self._recorder = recorder
        self._stop = stop
        self._clock = clock
        self._guard = _Guard()
        self._client = httpx.Client(
            transport=_Transport(self._guard),
            timeout=httpx.Timeout(self.limits.read, connect=self.limits.connect),
            headers={"user-agent": USER_AGENT, "accept-encoding": "identity"},
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        self._client.close()

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        secret: bool = False,
        public_only: bool = False,
        max_bytes: int | None = None,
    ) -> Answer:
        """Make one exchange and hand it to the recorder, whatever its status; `secret` ones are never handed
        over.

        `public_only` refuses servers that are not on the public internet. Raises Unreachable when there is no
        whole answer in time, TooLarge, RateLimited (429), Unreachable (5xx) and NotThePlatform (a redirect).
        """
        if self._stop:
            self._stop()
        self._client.cookies.clear()
        request = self._client.build_request(method, url, headers=dict(headers or {}), content=content)
        place = _place(url)
        started_at = self._clock()
        self._guard.deadline = time.monotonic() + self.limits.total
        self._guard.public_only = public_only
        try:
            response = self._client.send(request, stream=True)
            try:
                body = _read(response, max_bytes or self.limits.answer, place)
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise Unreachable(f"{place} answered too slowly.") from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise Unreachable(f"{place} could not be reached: {error or type(error).__name__}.") from error
        exchange_id = "" if secret else f"urn:uuid:{uuid.uuid4()}"
        if self._recorder and not secret:
            self._recorder(
                _exchange(exchange_id, request, content, response, body, started_at, self._clock())
            )
        answer = Answer(
            url=url,
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=_unpacked(
                body, response.headers.get("content-encoding", ""), max_bytes or self.limits.answer, place
            ),
            exchange=exchange_id,
        )
        self._refuse_failures(answer, place)
        return answer

    def _refuse_failures(self, answer: Answer, place: str) -> None:
        if answer.status == 429:
            wait = retry_after(answer.headers, now=self._clock())
            raise RateLimited(f"{place} asks us to wait.", retry_after=wait, status=429)
        if answer.status >= 500:
            wait = retry_after(answer.headers, now=self._clock())
            raise Unreachable(
                f"{place} failed with status {answer.status}.", retry_after=wait, status=answer.status
            )
        if 300 <= answer.status < 400:
            raise NotThePlatform(
                f"{place} sends us elsewhere; redirects are not followed.", status=answer.status
            )


def read_json(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer. Raises NotThePlatform for a login page, an empty body, another
    type or broken JSON (R4).
    """
    place = _place(answer.url)
    if not answer.body.strip():
        raise NotThePlatform(f"{place} answered with nothing.", status=answer.status)
    if not answer.mime.endswith("json"):
        kind = "a web page" if "html" in answer.mime else (answer.mime or "something without a content type")
        raise NotThePlatform(f"{place} answered with {kind} instead of data.", status=answer.status)
    try:
        value = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        raise NotThePlatform(f"{place} answered with broken JSON.", status=answer.status) from error
    if not isinstance(value, dict):
        raise NotThePlatform(f"{place} answered with JSON of another shape.", status=answer.status)
    return storable(value) if b"\\u" in answer.body else value


def storable(value: Any) -> Any:
    """Replace what no database can keep as text (NUL, halves of surrogate pairs) by U+FFFD; the exact bytes
    stay in the Exchange.
    """
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [storable(entry) for entry in value]
    if isinstance(value, dict):
        return {storable(name): storable(entry) for name, entry in value.items()}
    return value


def retry_after(headers: Mapping[str, str], *, now: dt.datetime) -> float | None:
    """Return the seconds to wait, at least 1, from Retry-After (RFC 9110, 10.2.3: seconds or a date) or
    RateLimit-Reset (epoch seconds).
    """
    given = headers.get("retry-after", "").strip()
    if given.isdigit():
        return max(1.0, float(given))
    if given:
        try:
            return max(1.0, (email.utils.parsedate_to_datetime(given) - now).total_seconds())
        except (ValueError, TypeError):
            pass  # an unreadable date is as good as none; the other header may be there
    reset = headers.get("ratelimit-reset", "").strip()
    return max(1.0, float(reset) - now.timestamp()) if reset.isdigit() else None


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def _read(response: httpx.Response, most: int, place: str) -> bytes:
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > most:
            raise TooLarge(f"{place} answers with more than {most} bytes.")
    return bytes(body)


def _unpacked(body: bytes, encoding: str, most: int, place: str) -> bytes:
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in ("gzip", "deflate"):
        raise NotThePlatform(f"{place} answers in an encoding that we did not ask for: {encoding}.")
    unpacker = zlib.decompressobj(wbits=47 if encoding == "gzip" else 15)
    try:
        plain = unpacker.decompress(body, most + 1)
    except zlib.error as error:
        raise NotThePlatform(f"{place} answers with broken {encoding} data.") from error
    if len(plain) > most:
        raise TooLarge(f"{place} answers with more than {most} bytes.")
    return plain


def _exchange(
    exchange_id: str,
    request: httpx.Request,
    content: bytes | None,
    response: httpx.Response,
    body: bytes,
    started_at: dt.datetime,
    finished_at: dt.datetime,
) -> Exchange:
    return Exchange(
        id=exchange_id,
        method=request.method,
        url=str(request.url),
        request_headers=_without(request.headers, SECRET_HEADERS),
        request_body=content or b"",
        status=response.status_code,
        reason=response.reason_phrase,
        response_headers=_without(response.headers, SECRET_HEADERS | {"transfer-encoding"}),
        response_body=body,
        started_at=started_at,
        finished_at=finished_at,
    )


def _without(headers: httpx.Headers, left_out: frozenset[str]) -> tuple[tuple[str, str], ...]:
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)
    return tuple((name, value) for name, value in pairs if name.lower() not in left_out)
