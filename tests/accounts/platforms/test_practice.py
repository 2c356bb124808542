"""The practice network itself: what it keeps, what it shows, and that it can be told from the real one."""

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from accounts.platforms import Bluesky
from accounts.platforms.practice import PracticeNetwork
from tests.network.fixtures import BlueskyNetwork

PARKS = {
    "handle": "parks.test",
    "password": "pw",
    "name": "Parks",
    "description": "Green",
    "created_at": "2024-03-01T09:00:00Z",
}
ANN = {"handle": "ann.test", "password": "pw", "name": "Ann Example", "resident": True}
POOL = {
    "key": "pool",
    "author": "parks.test",
    "text": "The pool opens",
    "created_at": "2026-05-01T09:00:00-05:00",
}
WHEN = {"key": "when", "author": "ann.test", "text": "When?", "created_at": "2026-05-01T10:00:00-05:00"}
CITY = {
    "accounts": [PARKS, ANN],
    "posts": [POOL | {"likes": 4}, WHEN | {"reply_to": "pool"}],
    "blocks": [],
    "hidden": [{"post": "pool", "reply": "when", "created_at": "2026-05-02T09:00:00-05:00"}],
}


@pytest.fixture
def browser(practice):
    """Somebody with a browser and no JavaScript."""
    with httpx.Client(base_url=practice.url, follow_redirects=True) as client:
        yield client


def act(browser, **form):
    return browser.post("/act", data=form)


def test_an_invented_city_is_filled_in_with_its_own_dates(practice):
    made = practice.seed(CITY)
    with Bluesky(practice.url, "parks.test", "pw") as bluesky:
        profile, (post,), (reply,) = (
            bluesky.profile(),
            bluesky.posts(),
            bluesky.comments(made["posts"]["pool"]["uri"]),
        )
    assert (profile.name, profile.description, profile.created_at.year) == ("Parks", "Green", 2024)
    assert post.created_at.isoformat() == "2026-05-01T14:00:00+00:00"
    assert post.indexed_at == post.created_at
    assert post.counts == {"likes": 4, "reposts": 0, "quotes": 0, "replies": 1}
    assert (reply.text, reply.author_name, reply.hidden) == ("When?", "Ann Example", True)


def test_filling_in_twice_changes_nothing(practice):
    first = practice.seed(CITY)
    journal = (practice.state.folder / "journal.jsonl").read_bytes()
    assert practice.seed({**CITY, "hidden": []}) == first
    assert (practice.state.folder / "journal.jsonl").read_bytes() == journal


def test_it_can_be_filled_and_disturbed_over_http(practice):
    answer = httpx.post(f"{practice.url}/practice/seed", json=CITY)
    assert set(answer.json()["posts"]) == {"pool", "when"}
    fault = httpx.post(f"{practice.url}/practice/faults", json={"kind": "error", "path": "getProfile"}).json()
    profile = f"{practice.url}/xrpc/app.bsky.actor.getProfile?actor=parks.test"
    assert httpx.get(profile).status_code == 500
    assert httpx.get(f"{practice.url}/practice/faults").json()["faults"][0]["kind"] == "error"
    httpx.post(f"{practice.url}/practice/faults", json={"clear": fault["id"]})
    assert httpx.get(profile).json()["displayName"] == "Parks"


@pytest.mark.parametrize("sent", [b"[]", b"{", b'{"kind": "nonsense"}', b'{"kind": "slow", "colour": "red"}'])
def test_a_control_that_makes_no_sense_is_refused(practice, sent):
    answer = httpx.post(
        f"{practice.url}/practice/faults", content=sent, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400


def test_a_fault_can_be_for_one_account_only(practice):
    practice.seed(CITY)
    practice.fault("error", account="parks.test")
    assert httpx.get(f"{practice.url}/xrpc/app.bsky.actor.getProfile?actor=parks.test").status_code == 500
    assert httpx.get(f"{practice.url}/xrpc/app.bsky.actor.getProfile?actor=ann.test").status_code == 200


def test_what_it_confirmed_survives_a_kill(tmp_path):
    command = [sys.executable, "-m", "accounts.platforms.practice", "--port", "0", "--state", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        url = process.stdout.readline().strip()
        person = BlueskyNetwork(url, url, url).create_account("parks")
        post = person.post("Kept", pictures=((b"picture", "image/png", "A picture"),))
        os.kill(process.pid, signal.SIGKILL)
    with (tmp_path / "journal.jsonl").open("ab") as journal:
        journal.write(b'{"op":"put","uri":"at://cut off in the mid')
    for _ in range(2):
        with (
            PracticeNetwork(tmp_path) as again,
            Bluesky(again.url, person.handle, person.password) as bluesky,
        ):
            (found,) = bluesky.posts()
            assert (found.platform_id, found.version) == (post["uri"], post["cid"])
            assert bluesky.media(found.media[0]).body == b"picture"
            header = {"authorization": f"Bearer {person.token}"}
            assert (
                httpx.get(f"{again.url}/xrpc/com.atproto.server.getSession", headers=header).status_code
                == 200
            )


def test_a_taken_port_is_said_in_one_sentence(practice, tmp_path):
    port = practice.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "accounts.platforms.practice", "--port", port, "--state", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert re.fullmatch(rf"The practice network cannot start on port {port}: .*\n", ended.stderr)


def test_every_page_says_that_nothing_is_real_and_runs_no_script(practice, browser):
    made = practice.seed(CITY)
    key = made["posts"]["pool"]["uri"].rsplit("/", 1)[1]
    for place in ("/", "/profile/parks.test", f"/profile/parks.test/post/{key}", "/nowhere"):
        page = browser.get(place)
        assert "Practice network – nothing here is real" in page.text
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]


def test_somebody_can_act_as_a_resident_and_as_the_city(practice, browser):
    made = practice.seed(CITY)
    pool = made["posts"]["pool"]["uri"]
    place = f"/profile/{pool.split('/')[2]}/post/{pool.rsplit('/', 1)[1]}"
    assert "<textarea" not in browser.get(place).text
    assert act(browser, do="reply", uri=pool, text="Me too").status_code == 400
    act(browser, do="new_resident", name="Bo Newcomer")
    page = act(browser, do="reply", uri=pool, text="I <b>love</b> it", back=place)
    assert "I &lt;b&gt;love&lt;/b&gt; it" in page.text
    assert page.url.path == place
    reply = re.search(r'name="uri" value="(at://[^"]+)"><label>Text <textarea[^>]*>I ', page.text)[1]
    assert "I like it" in act(browser, do="edit", uri=reply, text="I like it", back=place).text
    assert "I love" not in browser.get(place).text
    act(browser, do="act_as", did=made["accounts"]["parks.test"])
    assert act(browser, do="delete", uri=reply).status_code == 400
    assert "(hidden)" in act(browser, do="hide", uri=reply, back=place).text
    resident = reply.split("/")[2]
    act(browser, do="block", did=resident)
    assert "I like it" not in browser.get(place).text
    act(browser, do="unblock", did=resident)
    assert "I like it" in browser.get(place).text
    act(browser, do="profile", name="City parks", description="Open daily")
    with Bluesky(practice.url, "parks.test", "pw") as bluesky:
        assert bluesky.profile().name == "City parks"


def test_a_form_of_another_site_is_refused(practice, browser):
    practice.seed(CITY)
    answer = browser.post(
        "/act", data={"do": "new_resident", "name": "x"}, headers={"origin": "https://example.com"}
    )
    assert answer.status_code == 403
    assert browser.get("/", headers={"host": "rebound.example.com"}).status_code == 403


def test_an_act_never_leads_away_from_the_practice_network(practice, browser):
    made = practice.seed(CITY)
    for elsewhere in ("https://example.com/", "//example.com/", "/profile/x\r\nX-Bad: 1"):
        form = {"do": "act_as", "did": made["accounts"]["parks.test"], "back": elsewhere}
        answer = browser.post("/act", data=form, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/")
        assert not answer.headers["location"].startswith("//")
        assert "x-bad" not in answer.headers


def test_many_people_can_write_at_once_and_nothing_is_lost(practice):
    people = BlueskyNetwork(practice.url, practice.url, practice.url)
    person = people.create_account("parks")
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: person.post(f"{number}")["uri"], range(80)))
    assert len(set(made)) == 80
    lines = (practice.state.folder / "journal.jsonl").read_text().splitlines()
    assert {json.loads(line).get("uri") for line in lines} >= set(made)
    with Bluesky(practice.url, person.handle, person.password) as bluesky:
        assert {post.platform_id for post in bluesky.posts()} == set(made)
