"""A real Bluesky network on this machine, once per run, and people on it. Used as a pytest plugin by
tests/conftest.py.
"""

import contextlib
import datetime as dt
import itertools
import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar

import httpx
import pytest

START = Path(__file__).parents[2] / "script" / "network" / "start"
SECONDS_TO_START = 600  # the first time it is compiled
PORT_RACES = CONNECTION_RACES = 3
T = TypeVar("T")

_numbers = itertools.count(int(time.time()) % 100_000 * 100)


def until(question: Callable[[], T], *, seconds: float = 90.0, what: str = "the network to show it") -> T:
    """Ask until the answer is true, and return it: indexing takes a second or two."""
    deadline = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.2)


def refused(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@dataclass
class Person:
    """Somebody on a network, who acts by plain calls: a city's account, or a resident."""

    url: str
    did: str
    handle: str
    password: str
    token: str

    def call(self, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.token}"}
        answer = httpx.post(f"{self.url}/xrpc/{name}", json=body, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.content else {}

    def ask(self, name: str, **params: Any) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.token}"}
        answer = httpx.get(f"{self.url}/xrpc/{name}", params=params, headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create(self, collection: str, **record: Any) -> dict[str, Any]:
        record = {"$type": collection, "createdAt": dt.datetime.now(dt.UTC).isoformat(), **record}
        return self.call(
            "com.atproto.repo.createRecord", {"repo": self.did, "collection": collection, "record": record}
        )

    def upload(self, body: bytes, mime: str) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {self.token}", "content-type": mime}
        answer = httpx.post(
            f"{self.url}/xrpc/com.atproto.repo.uploadBlob", content=body, headers=headers, timeout=30
        )
        assert answer.status_code == 200, answer.text
        return answer.json()["blob"]

    def post(self, text: str, *, pictures: tuple[tuple[bytes, str, str], ...] = ()) -> dict[str, Any]:
        """Post; `pictures` are (bytes, mime, alt). Returns {uri, cid}."""
        images = [{"image": self.upload(body, mime), "alt": alt} for body, mime, alt in pictures]
        embed = {"embed": {"$type": "app.bsky.embed.images", "images": images}} if images else {}
        return self.create("app.bsky.feed.post", text=text, **embed)

    def reply(self, text: str, *, to: dict[str, Any], root: dict[str, Any] | None = None) -> dict[str, Any]:
        """Answer a post or reply (both {uri, cid}); `root` starts the thread, where `to` does not."""
        refs = {
            name: {"uri": ref["uri"], "cid": ref["cid"]}
            for name, ref in (("parent", to), ("root", root or to))
        }
        return self.create("app.bsky.feed.post", text=text, reply=refs)

    def delete(self, uri: str) -> None:
        _, _, did, collection, key = uri.split("/")
        self.call("com.atproto.repo.deleteRecord", {"repo": did, "collection": collection, "rkey": key})

    def edit_profile(self, **changes: Any) -> None:
        record = {"$type": "app.bsky.actor.profile", **changes}
        self.call(
            "com.atproto.repo.putRecord",
            {"repo": self.did, "collection": "app.bsky.actor.profile", "rkey": "self", "record": record},
        )

    def block(self, did: str) -> str:
        return self.create("app.bsky.graph.block", subject=did)["uri"]

    def hide(self, post_uri: str, *reply_uris: str) -> None:
        """Hide replies under one's own post by its threadgate; without replies: show all again."""
        record = {
            "$type": "app.bsky.feed.threadgate",
            "post": post_uri,
            "hiddenReplies": list(reply_uris),
            "createdAt": dt.datetime.now(dt.UTC).isoformat(),
        }
        key = post_uri.rsplit("/", 1)[1]
        self.call(
            "com.atproto.repo.putRecord",
            {"repo": self.did, "collection": "app.bsky.feed.threadgate", "rkey": key, "record": record},
        )


@dataclass
class BlueskyNetwork:
    """The addresses of a running network, real or practice."""

    pds: str
    plc: str
    appview: str
    log: IO[bytes] | None = None  # the practice network has none

    def said(self) -> str:
        if self.log is None:
            return "nothing"
        self.log.seek(0)
        return self.log.read().decode(errors="replace").strip()[-2000:]

    def create_account(self, name: str = "", *, password: str = "correct horse battery") -> Person:
        """Open an account; its handle is the name, a number that makes it unique, and .test."""
        for _ in range(CONNECTION_RACES):
            handle = f"{name or 'resident'}{next(_numbers)}.test"
            body = {
                "email": f"{handle.removesuffix('.test')}@example.com",
                "handle": handle,
                "password": password,
            }
            with contextlib.suppress(httpx.TransportError):  # a busy machine drops a connection now and then
                answer = httpx.post(
                    f"{self.pds}/xrpc/com.atproto.server.createAccount", json=body, timeout=60
                )
                break
        else:
            raise AssertionError(f"the local network does not answer; it said: {self.said()}")
        assert answer.status_code == 200, answer.text
        given = answer.json()
        person = Person(self.pds, given["did"], handle, password, given["accessJwt"])
        profile = f"{self.pds}/xrpc/app.bsky.actor.getProfile"
        headers = {"authorization": f"Bearer {person.token}"}
        until(
            lambda: httpx.get(profile, params={"actor": person.did}, headers=headers, timeout=30).is_success
        )
        return person


def start_network(*arguments: str) -> tuple[subprocess.Popen[bytes], BlueskyNetwork]:
    """Start the network and wait for its line of JSON. It ends when its standard input is closed."""
    said = ""
    for _ in range(PORT_RACES):
        log = tempfile.TemporaryFile()  # noqa: SIM115 - the process writes to it for as long as it lives
        process = subprocess.Popen(
            [str(START), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
        assert process.stdout
        ready, _, _ = select.select([process.stdout], [], [], SECONDS_TO_START)
        line = process.stdout.readline() if ready else b""
        if line:
            addresses = json.loads(line)
            return process, BlueskyNetwork(addresses["pds"], addresses["plc"], addresses["appview"], log)
        process.kill()
        process.wait()
        log.seek(0)
        said = log.read().decode(errors="replace").strip()[-600:]
        # Its many parts choose free ports; another program may take one before they listen there.
        if "EADDRINUSE" not in said:
            break
    return refused(f"no local Bluesky network: {said}")


def stop_network(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    process.stdin.close()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


_network = pytest.StashKey[BlueskyNetwork]()


@pytest.fixture(scope="session")
def bluesky_network(pytestconfig: pytest.Config) -> BlueskyNetwork:
    """Start it once per run, from however many places this fixture is imported."""
    if _network not in pytestconfig.stash:
        process, network = start_network()
        pytestconfig.add_cleanup(lambda: stop_network(process))
        pytestconfig.stash[_network] = network
    return pytestconfig.stash[_network]
