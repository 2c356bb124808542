"""Bluesky's calls (XRPC over HTTP): signing in, asking our server, and finding the server of somebody else.

Plain calls instead of the atproto package: what is archived must be the exact bytes, unknown fields must
survive, and a worker should stay light. Source: https://atproto.com/specs/xrpc and
https://docs.bsky.app/docs/api.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from .base import BadCredentials, NotFound, NotThePlatform, PlatformError, WrongAccount
from .bluesky_items import list_in
from .http import Answer, Http, read_json

PLC_DIRECTORY = "https://plc.directory"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
NOT_SIGNED_IN = frozenset(
    {"AuthenticationRequired", "AuthMissing", "InvalidToken", "AuthFactorTokenRequired"}
)
NOT_SHOWN = frozenset({"NotFound", "RecordNotFound", "RepoNotFound", "BlobNotFound", "ActorNotFound"})

Json = dict[str, Any]


@dataclass(slots=True)
class Session:
    """Who is signed in, with which tokens, and on which server the account lives."""

    did: str
    handle: str
    active: bool
    access: str
    refresh: str
    server: str


class Xrpc:
    """The calls of one account of ours. Signs in at the first call that needs it, and again when the session
    has run out.
    """

    def __init__(
        self,
        http: Http,
        service_url: str,
        identifier: str,
        secret: str,
        *,
        expected_id: str | None = None,
        plc_url: str | None = None,
        inside: bool = False,
    ) -> None:
        self.http = http
        self._inside = inside or is_loopback(service_url)
        self.service = service_url.rstrip("/")
        self.plc = (plc_url or (self.service if is_loopback(self.service) else PLC_DIRECTORY)).rstrip("/")
        self._identifier = identifier
        self._secret = secret
        self._expected_id = expected_id
        self._session: Session | None = None
        self._servers: dict[str, str] = {}

    @property
    def session(self) -> Session:
        """Raises BadCredentials, and WrongAccount when somebody other than the expected account answers
        (R1).
        """
        if self._session is None:
            body = {"identifier": self._identifier, "password": self._secret}
            self._session = self._signed_in("com.atproto.server.createSession", body, "")
        return self._session

    def renew(self) -> None:
        """Get fresh tokens, so that what follows does not run into an expired session (R22)."""
        if self._session is None:
            return
        try:
            self._session = self._signed_in("com.atproto.server.refreshSession", None, self._session.refresh)
        except WrongAccount:
            raise
        except PlatformError as error:
            if error.code not in NOT_SIGNED_IN | {"ExpiredToken"}:
                raise
            self._session = None

    def _signed_in(self, name: str, body: Json | None, token: str) -> Session:
        answer = self._send("POST", self.service, name, body=body, token=token, secret=True)
        given = read_result(answer)
        did, handle = text_of(given, "did", answer), text_of(given, "handle", answer)
        if self._expected_id and did != self._expected_id:
            raise WrongAccount(f"{handle} ({did}) answered; the registry says {self._expected_id}.")
        access, refresh = text_of(given, "accessJwt", answer), text_of(given, "refreshJwt", answer)
        server = server_in(given.get("didDoc")) or self.service
        if not self._is_ours(server):
            require_public(server)
        return Session(
            did, handle, given.get("active", True) is not False, access, refresh, server.rstrip("/")
        )

    def get(
        self, name: str, params: Mapping[str, Any] | None = None, *, secret: bool = False
    ) -> tuple[Json, str]:
        """Ask our server as ourselves. Returns the JSON object and the id of the exchange."""
        answer = self._as_ourselves("GET", name, params=params, secret=secret)
        return read_result(answer), answer.exchange

    def post(self, name: str, body: Json) -> tuple[Json, str]:
        """Tell our server to do something, as ourselves."""
        answer = self._as_ourselves("POST", name, body=body)
        return (read_result(answer) if answer.body else {}), answer.exchange

    def upload(self, content: bytes, mime: str) -> Json:
        """Give our server a picture. Returns the blob as it has to stand in the post."""
        answer = self._as_ourselves("POST", "com.atproto.repo.uploadBlob", content=content, mime=mime)
        blob = read_result(answer).get("blob")
        if not isinstance(blob, dict):
            raise NotThePlatform("The server took the picture but did not name it.")
        return blob

    def pages(
        self, name: str, params: Mapping[str, Any], key: str
    ) -> Iterator[tuple[list[Mapping[str, Any]], str]]:
        """Yield each page of a list as (entries, exchange id). Raises NotThePlatform if the pages never
        end.
        """
        seen: set[str] = set()
        cursor = ""
        while True:
            page, exchange = self.get(name, {**params, **({"cursor": cursor} if cursor else {})})
            yield list_in(page, key), exchange
            cursor = page.get("cursor") or ""
            if not cursor:
                return
            if cursor in seen:
                raise NotThePlatform(f"{name} goes round in a circle.")
            seen.add(cursor)

    def ask_stranger(
        self, server: str, name: str, params: Mapping[str, Any], *, max_bytes: int | None = None
    ) -> Answer:
        """Ask anybody's server without signing in; one that we do not know must be on the public internet."""
        ours = self._is_ours(server)
        if not ours:
            require_public(server)
        url = f"{server.rstrip('/')}/xrpc/{name}?{encoded(params)}"
        return self.http.call("GET", url, public_only=self._is_outside(server), max_bytes=max_bytes)

    def server_of(self, did: str) -> str:
        """Return the address of the server where an account lives, from its identity document.

        Raises NotFound with code DidDeleted for an identity that was deleted for good, PlatformError where it
        cannot be known. Source: https://atproto.com/specs/did.
        """
        if self._session and did == self._session.did:
            return self._session.server
        if did not in self._servers:
            answer = self.http.call(
                "GET", self._document_url(did), public_only=self._is_outside(self._document_url(did))
            )
            if answer.status == 410:
                raise NotFound(f"{did} was deleted.", status=410, code="DidDeleted")
            document = read_result(answer)
            server = server_in(document)
            if document.get("id") != did or not server:
                raise NotThePlatform(f"The identity document of {did} names no server.")
            self._servers[did] = server
        return self._servers[did]

    def _document_url(self, did: str) -> str:
        if did.startswith("did:plc:"):
            return f"{self.plc}/{did}"
        host = did.removeprefix("did:web:")
        if host == did or not all(part.isalnum() for part in host.replace("-", "").split(".")):
            raise PlatformError(f"{did} is not an identity that we can look up.", permanent=True)
        return f"https://{host}/.well-known/did.json"

    def _is_outside(self, server: str) -> bool:
        """Whether a server must stand on the public internet, at the instant of the call: all but the city's own
        practice and local networks.
        """
        return not (self._inside and self._is_ours(server))

    def _is_ours(self, server: str) -> bool:
        known = {origin(self.service), origin(self.plc)} | (
            {origin(self._session.server)} if self._session else set()
        )
        return origin(server) in known or (is_loopback(server) and is_loopback(self.service))

    def _as_ourselves(
        self,
        method: str,
        name: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Json | None = None,
        content: bytes | None = None,
        mime: str = "",
        secret: bool = False,
    ) -> Answer:
        again = True
        while True:
            session = self.session
            answer = self._send(
                method, session.server, name,
                params=params, body=body, content=content, mime=mime, token=session.access, secret=secret,
            )  # fmt: skip
            if not (again and answer.status in (400, 401) and error_name(answer) == "ExpiredToken"):
                return answer
            again = False
            self.renew()

    def _send(
        self,
        method: str,
        server: str,
        name: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Json | None = None,
        content: bytes | None = None,
        mime: str = "",
        token: str = "",
        secret: bool = False,
    ) -> Answer:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if body is not None:
            content, mime = json.dumps(body, ensure_ascii=False).encode(), "application/json"
        if mime:
            headers["content-type"] = mime
        url = f"{server}/xrpc/{name}" + (f"?{encoded(params)}" if params else "")
        return self.http.call(
            method,
            url,
            headers=headers,
            content=content,
            secret=secret,
            public_only=self._is_outside(server),
        )


def read_result(answer: Answer) -> Json:
    """Return the JSON object of a good answer; raise what the platform's error name means for a bad one."""
    value = read_json(answer)
    if answer.status < 400:
        return value
    code, message = str(value.get("error") or ""), str(value.get("message") or "")
    words = f"The platform refuses: {message or code or answer.status}."
    if answer.status == 401 or code in NOT_SIGNED_IN:
        raise BadCredentials(words, permanent=code != "ExpiredToken", status=answer.status, code=code)
    if code in NOT_SHOWN or answer.status == 404:
        raise NotFound(words, status=answer.status, code=code)
    if (
        message == "Profile not found"
    ):  # the network has not heard of a new account yet; it has no name of its own
        raise NotFound(words, status=answer.status, code=code)
    raise PlatformError(words, permanent=answer.status != 408, status=answer.status, code=code)


def error_name(answer: Answer) -> str:
    try:
        return str(read_json(answer).get("error") or "")
    except NotThePlatform:
        return ""


def text_of(value: Json, key: str, answer: Answer) -> str:
    given = value.get(key)
    if not isinstance(given, str) or not given:
        raise NotThePlatform(f"{urlsplit(answer.url).path} answered without {key}.", status=answer.status)
    return given


def server_in(document: object) -> str:
    """Return the account's server named in an identity document, or ""."""
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            return str(service.get("serviceEndpoint") or "").rstrip("/")
    return ""


def require_public(server: str) -> None:
    if urlsplit(server).scheme != "https":
        raise NotThePlatform(f"{server} is not an https address.")


def origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port


def is_loopback(url: str) -> bool:
    return (urlsplit(url).hostname or "") in LOOPBACK


def encoded(params: Mapping[str, Any]) -> str:
    plain = {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
    return urlencode(plain, doseq=True)
