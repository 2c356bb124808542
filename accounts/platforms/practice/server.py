"""The practice network's web server: the calls, the controls and the pages, on 127.0.0.1 only."""

import json
import socket
import struct
import threading
import time
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from . import calls, pages, seed
from .faults import Fault, Faults
from .state import State

LARGEST_BODY = 64 * 1024 * 1024
LOGIN_PAGE = b"<!doctype html><title>Sign in</title><form>Sign in to continue</form>"
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
POLICY += "; frame-ancestors 'none'"
Json = dict[str, Any]


class PracticeNetwork:
    """A practice network in this process: `with PracticeNetwork(folder) as network: … network.url`.

    `port` 0 takes a free one. Raises OSError when the port is taken.
    """

    def __init__(self, state_dir: Path | str, *, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.state = State(Path(state_dir))
        self._server.faults = Faults()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._server.url = self.url
        self._thread: threading.Thread | None = None

    @property
    def state(self) -> State:
        return self._server.state

    def start(self) -> "PracticeNetwork":
        self._thread = threading.Thread(target=self.serve, daemon=True)
        self._thread.start()
        return self

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def stop(self) -> None:
        if self._thread:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.state.close()

    def __enter__(self) -> "PracticeNetwork":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def fault(self, kind: str, path: str = "*", **details: Any) -> Fault:
        """Misbehave from now on: see faults.Fault for the kinds and the details."""
        return self._server.faults.add(kind=kind, path=path, **details)

    def clear_faults(self) -> None:
        self._server.faults.clear()

    def seed(self, data: Json) -> Json:
        """Fill the network: see seed.seed for the shape."""
        return seed.seed(self.state, data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    state: State
    faults: Faults
    url: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "PracticeNetwork"
    disable_nagle_algorithm = True  # else the body waits some 40 ms for the head to be acknowledged
    server: _Server

    def log_message(self, *_: Any) -> None:
        """Say nothing: the network's own pages show what happened."""

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._send_json(413, {"error": "PayloadTooLarge", "message": "request entity too large"})
            return
        self._answer(self.rfile.read(int(length)))

    def _answer(self, body: bytes) -> None:
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        if urlsplit(f"//{self.headers.get('Host', '')}").hostname not in ("127.0.0.1", "localhost"):
            self._send_json(
                403, {"error": "Forbidden", "message": "The practice network answers to localhost only"}
            )
        elif path.startswith("/xrpc/"):
            self._answer_call(path.removeprefix("/xrpc/"), parts.query, body)
        elif path.startswith("/did:"):
            self._answer_document(path[1:])
        elif self.command == "POST" and self._from_elsewhere():
            self._send_json(403, {"error": "Forbidden", "message": "That form is not ours"})
        elif path in ("/practice/seed", "/practice/faults"):
            self._answer_control(path, body)
        else:
            self._answer_page(path, parts.query, body)

    def _from_elsewhere(self) -> bool:
        origin = self.headers.get("Origin")
        return bool(origin) and urlsplit(origin).netloc != self.headers.get("Host")

    # -- the calls ---------------------------------------------------------------------------------------

    def _answer_call(self, name: str, query: str, body: bytes) -> None:
        lists = parse_qs(query)
        state = self.server.state
        call = calls.Call(
            state, self.server.url, "", {key: values[-1] for key, values in lists.items()}, lists
        )
        call.content, call.mime = body, self.headers.get_content_type()
        call.token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        fault: Fault | None = None
        try:
            if body and call.mime == "application/json":
                call.body = self._json_object(body)
            if call.token and not name.endswith("refreshSession"):
                call.did = calls.did_of_token(state, call.token, "access")
            fault = self.server.faults.take(name, self._concerned(call))
            if fault and self._misbehaved(fault, call):
                return
            table = calls.READING if self.command == "GET" else calls.WRITING
            if name not in table:
                raise calls.Refused(501, "MethodNotImplemented", "Method Not Implemented")
            status, answer = 200, table[name](call)
        except calls.Refused as refusal:
            status, answer = refusal.status, {"error": refusal.error, "message": refusal.message}
        if isinstance(answer, tuple):
            self._send(status, answer[0], answer[1], fault)
        else:
            self._send(status, "application/json; charset=utf-8", json.dumps(answer).encode(), fault)

    def _json_object(self, body: bytes) -> Json:
        try:
            value = json.loads(body)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise calls.Refused(400, "InvalidRequest", "Input must be a JSON object")
        return value

    def _concerned(self, call: calls.Call) -> set[str]:
        named = [
            call.did,
            call.body.get("identifier"),
            *(call.params.get(key) for key in ("actor", "repo", "did")),
        ]
        found = [account for who in named if isinstance(who, str) and (account := call.state.account(who))]
        return {name for account in found for name in (account.did, account.handle)}

    def _misbehaved(self, fault: Fault, call: calls.Call) -> bool:
        """Do what the fault says. Returns whether the call has been answered by that."""
        match fault.kind:
            case "slow":
                time.sleep(fault.seconds)
            case "other_account":
                self._take_for(call, fault.other)
            case "expired":
                raise calls.Refused(400, "ExpiredToken", "Token has expired")
            case "error":
                self._send_json(500, {"error": "InternalServerError", "message": "Internal Server Error"})
                return True
            case "rate_limit":
                wait = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
                self._send_json(429, {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, wait)
                return True
            case "redirect":
                self._send(302, "text/html", b"", None, {"Location": "https://www.example.com/login"})
                return True
            case "login_page":
                self._send(200, "text/html; charset=utf-8", LOGIN_PAGE)
                return True
            case "empty":
                self._send(200, "application/json; charset=utf-8", b"")
                return True
            case "broken_json":
                self._send(200, "application/json; charset=utf-8", b'{"feed": [{"post": ')
                return True
            case "wrong_json":
                self._send(200, "application/json; charset=utf-8", b'{"hello": "world"}')
                return True
            case "huge":
                self._send(200, "application/json; charset=utf-8", b'{"feed": "' + b"x" * 20_000_000 + b'"}')
                return True
            case "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.shutdown(socket.SHUT_RD)
                self.close_connection = True
                return True
        return False

    def _take_for(self, call: calls.Call, other: str) -> None:
        """Answer as if another account had been named, or had signed in."""
        account = call.state.account(other)
        if account is None:
            return
        call.params = {
            key: account.did if key in ("actor", "repo") else value for key, value in call.params.items()
        }
        if call.did:
            call.did = account.did
        if "identifier" in call.body:
            call.signed_in_instead = account

    def _answer_document(self, did: str) -> None:
        call = calls.Call(self.server.state, self.server.url, "", {}, {})
        account = call.state.account(did)
        if account:
            self._send_json(200, calls.document(call, account), kind="application/did+ld+json")
        else:
            self._send_json(404, {"message": f"DID not registered: {did}"})

    # -- the controls and the pages ----------------------------------------------------------------------

    def _answer_control(self, path: str, body: bytes) -> None:
        """POST /practice/seed with seed.seed's shape; POST /practice/faults with a fault, or {"clear":
        true or its id}.
        """
        try:
            if self.command == "GET":
                on = self.server.faults.on()
                answer: Json = {
                    "faults": [{name: getattr(fault, name) for name in fault.__slots__} for fault in on]
                }
            elif self.headers.get_content_type() != "application/json":
                raise ValueError("send application/json")
            elif path == "/practice/seed":
                answer = seed.seed(self.server.state, self._json_object(body))
            else:
                answer = self._set_fault(self._json_object(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._send_json(400, {"error": "InvalidRequest", "message": str(error)})
        except calls.Refused as refusal:
            self._send_json(400, {"error": refusal.error, "message": refusal.message})
        else:
            self._send_json(200, answer)

    def _set_fault(self, given: Json) -> Json:
        if "clear" in given:
            self.server.faults.clear(None if given["clear"] is True else int(given["clear"]))
            return {}
        return {"id": self.server.faults.add(**given).id}

    def _answer_page(self, path: str, query: str, body: bytes) -> None:
        form = {key: values[-1] for key, values in parse_qs(body.decode(errors="replace")).items()}
        asked = {key: values[-1] for key, values in parse_qs(query).items()}
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            cookie = SimpleCookie()
        acting = cookie["acting_as"].value if "acting_as" in cookie else ""
        page = pages.answer(self.server.state, self.server.url, self.command, path, asked, form, acting)
        headers = {"Location": page.location} if page.location else {}
        if page.acting_as:
            headers["Set-Cookie"] = f"acting_as={page.acting_as}; Path=/; SameSite=Strict; HttpOnly"
        self._send(page.status, page.mime, page.body, None, headers)

    def _send_json(
        self,
        status: int,
        value: Json,
        headers: dict[str, str] | None = None,
        *,
        kind: str = "application/json",
    ) -> None:
        self._send(status, f"{kind}; charset=utf-8", json.dumps(value).encode(), None, headers)

    def _send(
        self,
        status: int,
        mime: str,
        body: bytes,
        fault: Fault | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status, HTTPStatus(status).phrase)
        self.send_header("Content-Type", mime)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if fault and fault.kind == "truncated":
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif fault and fault.kind == "drip":
            for place in range(len(body)):
                self.wfile.write(body[place : place + 1])
                self.wfile.flush()
                time.sleep(fault.seconds / max(1, len(body)))
        else:
            self.wfile.write(body)
