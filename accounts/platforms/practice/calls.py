"""The Bluesky calls that the practice network answers, by name, with Bluesky's own error names."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .state import POST, Account, Entry, State
from .views import Views

Json = dict[str, Any]
ACCESS_SECONDS = 2 * 3600
REFRESH_SECONDS = 60 * 24 * 3600


class Refused(Exception):
    """An answer with Bluesky's error shape."""

    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.status, self.error, self.message = status, error, message


@dataclass(slots=True)
class Call:
    """One call: who makes it ("" without a sign-in), the query, the body, and the server's own address."""

    state: State
    base: str
    did: str
    params: Mapping[str, str]
    lists: Mapping[str, list[str]]
    body: Json = field(default_factory=dict)
    content: bytes = b""
    mime: str = ""
    token: str = ""
    signed_in_instead: Account | None = None  # a fault: somebody else answers to the right password

    @property
    def views(self) -> Views:
        return Views(self.state, self.did, self.base)

    def need(self, name: str) -> str:
        value = self.body.get(name, self.params.get(name))
        if not isinstance(value, str) or not value:
            raise Refused(400, "InvalidRequest", f'Input must have the property "{name}"')
        return value

    def me(self) -> Account:
        if not self.did:
            raise Refused(401, "AuthMissing", "Authentication Required")
        return self.state.accounts[self.did]

    def number(self, name: str, default: int, most: int) -> int:
        given = self.params.get(name, str(default))
        if not given.isdigit() or int(given) > most:
            raise Refused(400, "InvalidRequest", f"{name} must be an integer no greater than {most}")
        return int(given)


Answer = Json | tuple[str, bytes]


def new_token(state: State, did: str, scope: str, *, seconds: int) -> str:
    body = base64.urlsafe_b64encode(json.dumps([did, scope, int(time.time()) + seconds]).encode()).decode()
    return f"{body}.{hmac.new(state.key, body.encode(), hashlib.sha256).hexdigest()}"


def did_of_token(state: State, token: str, scope: str) -> str:
    """Return who holds a token. Raises Refused as Bluesky does: InvalidToken, ExpiredToken."""
    body, _, signature = token.partition(".")
    wanted = hmac.new(state.key, body.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, wanted):
        raise Refused(400, "InvalidToken", "Token could not be verified")
    did, given_scope, until = json.loads(base64.urlsafe_b64decode(body))
    if given_scope != scope or did not in state.accounts:
        raise Refused(400, "InvalidToken", "Bad token scope")
    if until < time.time():
        raise Refused(400, "ExpiredToken", "Token has expired")
    return str(did)


def document(call: Call, account: Account) -> Json:
    """Return the identity document of an account."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": account.did,
        "alsoKnownAs": [f"at://{account.handle}"],
        "service": [
            {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": call.base}
        ],
    }


def _session(call: Call, account: Account) -> Json:
    return {
        "did": account.did,
        "handle": account.handle,
        "email": account.email,
        "didDoc": document(call, account),
        "active": not account.status,
        "accessJwt": new_token(call.state, account.did, "access", seconds=ACCESS_SECONDS),
        "refreshJwt": new_token(call.state, account.did, "refresh", seconds=REFRESH_SECONDS),
    } | ({"status": account.status} if account.status else {})


def _account(call: Call, who: str, *, words: str = "Profile not found") -> Account:
    account = call.state.account(who)
    if account is None:
        raise Refused(400, "InvalidRequest", words)
    return account


def _own_repository(call: Call) -> str:
    account = call.me()
    if _account(call, call.need("repo")).did != account.did:
        raise Refused(403, "Forbidden", "You can write to your own repository only")
    return account.did


def describe_server(call: Call) -> Json:
    return {
        "did": "did:web:localhost",
        "availableUserDomains": [".test"],
        "inviteCodeRequired": False,
        "links": {},
    }


def create_account(call: Call) -> Json:
    handle = call.need("handle")
    try:
        account = call.state.create_account(
            handle, call.need("password"), email=str(call.body.get("email") or ""), resident=True
        )
    except ValueError as error:
        raise Refused(400, "HandleNotAvailable", str(error)) from error
    return _session(call, account)


def create_session(call: Call) -> Json:
    account = call.state.account(call.need("identifier"))
    if account is None or not call.state.knows_password(account, call.need("password")):
        raise Refused(401, "AuthenticationRequired", "Invalid identifier or password")
    return _session(call, call.signed_in_instead or account)


def refresh_session(call: Call) -> Json:
    return _session(call, call.state.accounts[did_of_token(call.state, call.token, "refresh")])


def get_session(call: Call) -> Json:
    session = _session(call, call.me())
    return {name: value for name, value in session.items() if not name.endswith("Jwt")}


def deactivate_account(call: Call) -> Json:
    call.state.set_status(call.me().did, "deactivated")
    return {}


def activate_account(call: Call) -> Json:
    call.state.set_status(call.me().did, "")
    return {}


def resolve_handle(call: Call) -> Json:
    return {"did": _account(call, call.need("handle"), words="Unable to resolve handle").did}


def get_profile(call: Call) -> Json:
    return call.views.profile(_account(call, call.need("actor")))


def get_record(call: Call) -> Json:
    account = _account(call, call.need("repo"), words=f"Could not find repo: {call.params.get('repo')}")
    if account.status:
        raise Refused(400, "InvalidRequest", f"Could not find repo: {account.did}")
    uri = f"at://{account.did}/{call.need('collection')}/{call.need('rkey')}"
    entry = call.state.entry(uri)
    if entry is None:
        raise Refused(400, "RecordNotFound", f"Could not locate record: {uri}")
    return {"uri": entry.uri, "cid": entry.cid, "value": entry.record}


def list_records(call: Call) -> Json:
    account = _account(call, call.need("repo"))
    entries = sorted(
        call.state.entries(account.did, call.need("collection")), key=lambda entry: entry.key, reverse=True
    )
    page, cursor = _page(call, entries, lambda entry: entry.key, most=100, default=50)
    return {
        "records": [{"uri": entry.uri, "cid": entry.cid, "value": entry.record} for entry in page],
        **cursor,
    }


def repo_status(call: Call) -> Json:
    account = call.state.account(call.need("did"))
    if account is None:
        raise Refused(400, "RepoNotFound", f"Could not find repo for DID: {call.params.get('did')}")
    return {"did": account.did, "active": not account.status} | (
        {"status": account.status} if account.status else {}
    )


def create_record(call: Call) -> Json:
    did, collection = _own_repository(call), call.need("collection")
    with call.state.lock:
        key = str(call.body.get("rkey") or call.state.new_key())
        uri = f"at://{did}/{collection}/{key}"
        if call.state.entry(uri):
            raise Refused(400, "InvalidRequest", f"There is already a value at key: {collection}/{key}")
        return _written(call.state.put(uri, _record(call, collection)))


def put_record(call: Call) -> Json:
    did, collection = _own_repository(call), call.need("collection")
    uri = f"at://{did}/{collection}/{call.need('rkey')}"
    with call.state.lock:
        old = call.state.entry(uri)
        if "swapRecord" in call.body and call.body["swapRecord"] != (old.cid if old else None):
            raise Refused(400, "InvalidSwap", f"Record was at {old.cid if old else 'null'}")
        return _written(call.state.put(uri, _record(call, collection)))


def _record(call: Call, collection: str) -> Json:
    record = call.body.get("record")
    if not isinstance(record, dict):
        raise Refused(400, "InvalidRequest", 'Input must have the property "record"')
    if collection == POST and not isinstance(record.get("text"), str):
        raise Refused(400, "InvalidRequest", f'Invalid {POST} record: Record must have the property "text"')
    return {"$type": collection, **record}


def _written(entry: Entry) -> Json:
    return {"uri": entry.uri, "cid": entry.cid, "validationStatus": "valid"}


def delete_record(call: Call) -> Json:
    did = _own_repository(call)
    call.state.delete(f"at://{did}/{call.need('collection')}/{call.need('rkey')}")
    return {}


def upload_blob(call: Call) -> Json:
    if not call.content or not call.mime:
        raise Refused(400, "InvalidRequest", "Request encoding (Content-Type) required but not provided")
    return {"blob": call.state.keep_blob(call.me().did, call.content, call.mime)}


def get_blob(call: Call) -> tuple[str, bytes]:
    cid, blob = call.need("cid"), call.state.blobs.get(call.need("cid"))
    if blob is None or call.need("did") not in blob.owners:
        raise Refused(400, "BlobNotFound", "Blob not found")
    return blob.mime, (call.state.folder / "blobs" / cid).read_bytes()


def get_author_feed(call: Call) -> Json:
    account = _account(call, call.need("actor"))
    entries = call.views.feed(account.did)
    page, cursor = _page(call, entries, lambda entry: "::".join(entry.sorted_by), most=100, default=50)
    return {"feed": [{"post": call.views.post(entry)} for entry in page], **cursor}


def _page(
    call: Call, entries: list[Entry], place: Callable[[Entry], str], *, most: int, default: int
) -> tuple[list[Entry], Json]:
    """Cut one page, newest first, from where the cursor stands."""
    limit, cursor = call.number("limit", default, most), call.params.get("cursor", "")
    rest = [entry for entry in entries if not cursor or place(entry) < cursor]
    page = rest[:limit]
    return page, ({"cursor": place(page[-1])} if len(rest) > limit else {})


def get_post_thread(call: Call) -> Json:
    entry = call.state.entry(call.need("uri"))
    if entry is None or call.state.accounts[entry.did].status:
        raise Refused(400, "NotFound", f"Post not found: {call.params.get('uri')}")
    answer: Json = {"thread": call.views.thread(entry, call.number("depth", 6, 1000))}
    gate = answer["thread"]["post"].get("threadgate")
    return answer | ({"threadgate": gate} if gate else {})


def get_posts(call: Call) -> Json:
    entries = [call.state.entry(uri) for uri in call.lists.get("uris", [])]
    shown = [entry for entry in entries if entry and not call.state.accounts[entry.did].status]
    return {"posts": [call.views.post(entry) for entry in shown]}


def get_blocks(call: Call) -> Json:
    call.me()
    return {"blocks": call.views.blocks()}


READING: dict[str, Callable[[Call], Answer]] = {
    "com.atproto.server.describeServer": describe_server,
    "com.atproto.server.getSession": get_session,
    "com.atproto.identity.resolveHandle": resolve_handle,
    "com.atproto.repo.getRecord": get_record,
    "com.atproto.repo.listRecords": list_records,
    "com.atproto.sync.getRepoStatus": repo_status,
    "com.atproto.sync.getBlob": get_blob,
    "app.bsky.actor.getProfile": get_profile,
    "app.bsky.feed.getAuthorFeed": get_author_feed,
    "app.bsky.feed.getPostThread": get_post_thread,
    "app.bsky.feed.getPosts": get_posts,
    "app.bsky.graph.getBlocks": get_blocks,
}
WRITING: dict[str, Callable[[Call], Answer]] = {
    "com.atproto.server.createAccount": create_account,
    "com.atproto.server.createSession": create_session,
    "com.atproto.server.refreshSession": refresh_session,
    "com.atproto.server.deactivateAccount": deactivate_account,
    "com.atproto.server.activateAccount": activate_account,
    "com.atproto.repo.createRecord": create_record,
    "com.atproto.repo.putRecord": put_record,
    "com.atproto.repo.deleteRecord": delete_record,
    "com.atproto.repo.uploadBlob": upload_blob,
}
