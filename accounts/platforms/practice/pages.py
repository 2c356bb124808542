"""The practice network's own pages: read profiles and threads, and act as one of its invented people. No
JavaScript.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import acts
from .state import BLOCK, GATE, POST, Account, Entry, State
from .views import Views

Json = dict[str, Any]
STYLE = Path(__file__).with_name("practice.css")
SHOWN = 100


@dataclass(slots=True)
class Page:
    status: int
    body: bytes = b""
    mime: str = "text/html; charset=utf-8"
    location: str = ""
    acting_as: str = ""


def answer(
    state: State, base: str, method: str, path: str, asked: Json, form: dict[str, str], acting: str
) -> Page:
    """Answer one request for a page. `acting`: the did that this browser acts as, "" for nobody yet."""
    reader = Reader(state, base, acting if acting in state.accounts else "")
    pieces = [piece for piece in path.split("/") if piece]
    if path == "/practice.css":
        return Page(200, STYLE.read_bytes(), "text/css; charset=utf-8")
    if method == "POST" and path == "/act":
        try:
            outcome = acts.act(state, reader.acting, form)
        except ValueError as error:
            return reader.page(400, "That did not work", f"<p>{escape(str(error))}</p>")
        return Page(
            303, location=_back(form.get("back", "")) or outcome.location, acting_as=outcome.acting_as
        )
    if method == "GET" and not pieces:
        return reader.home()
    if method == "GET" and pieces[0] == "profile" and len(pieces) in (2, 4):
        account = state.account(pieces[1])
        if account and len(pieces) == 2:
            return reader.profile(account)
        entry = (
            state.entry(f"at://{account.did}/{POST}/{pieces[3]}") if account and pieces[2] == "post" else None
        )
        if entry:
            return reader.thread(entry)
    return reader.page(404, "Nothing here", '<p>There is no such page. <a href="/">See everybody</a>.</p>')


def _back(place: str) -> str:
    """Return where to go after an act; only a place of our own."""
    return quote(place, safe="/:#") if place.startswith("/profile/") else ""


class Reader:
    """The pages as the person whom this browser acts as sees them."""

    def __init__(self, state: State, base: str, acting: str) -> None:
        self.state = state
        self.acting = acting
        self.views = Views(state, acting, base)

    def page(self, status: int, title: str, main: str) -> Page:
        body = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} – Practice network</title>
<link rel="stylesheet" href="/practice.css">
</head>
<body>
<header>
<p class="notice"><strong>Practice network – nothing here is real.</strong>
All people and posts are invented.</p>
<nav aria-label="Practice network"><a href="/">Everybody</a></nav>
{self._act_as()}
</header>
<main>
<h1>{escape(title)}</h1>
{main}
</main>
</body>
</html>
"""
        return Page(status, body.encode())

    def home(self) -> Page:
        accounts = sorted(self.state.accounts.values(), key=lambda one: self._name(one.did).lower())
        city = [account for account in accounts if not account.resident]
        residents = [account for account in accounts if account.resident]
        new = self._form(
            "new_resident",
            '<label>Name <input name="name" required maxlength="60" autocomplete="off"></label>',
            "Invent a resident",
        )
        return self.page(
            200,
            "Everybody on the practice network",
            f"""<p>Choose at the top whom you act as.
Then open somebody's page to write, answer, change or delete.</p>
<h2>City accounts</h2>{self._people(city)}
<h2>Residents</h2>{self._people(residents)}
<h2>Somebody new</h2>{new}""",
        )

    def profile(self, account: Account) -> Page:
        record = self.state.profile(account.did)
        parts = [f"<p>@{escape(account.handle)}</p>", _text(str(record.get("description") or ""))]
        if account.status:
            parts.append("<p><strong>This account is switched off.</strong></p>")
        if self.acting == account.did:
            parts += ["<h2>Write a post</h2>", self._writing("post", "", "Post", back="")]
            parts += [f"<details><summary>Change the profile</summary>{self._profile_form(record)}</details>"]
        elif self.acting:
            blocked = self.state.block(self.acting, account.did)
            verb, words = ("unblock", "Unblock") if blocked else ("block", "Block")
            parts.append(self._form(verb, _hidden("did", account.did), f"{words} {self._name(account.did)}"))
        posts = self.views.feed(account.did)
        parts.append(f"<h2>Posts and replies ({len(posts)})</h2>")
        parts += [self._post(entry, level=3) for entry in posts[:SHOWN]] or ["<p>Nothing yet.</p>"]
        if len(posts) > SHOWN:
            parts.append(f"<p>The newest {SHOWN} are shown.</p>")
        return self.page(200, self._name(account.did), "\n".join(parts))

    def thread(self, entry: Entry) -> Page:
        parts = []
        root = entry.part("reply", "root", "uri")
        if root and self.state.entry(root):
            parts.append(f'<p><a href="{_place(root)}">See the whole thread</a></p>')
        parts.append(self._post(entry, level=2, whole=True))
        answers = list(self._below(entry))
        parts.append(f"<h2>Replies ({len(answers)})</h2>")
        parts += [self._post(one, level=3, depth=min(depth, 5), whole=True) for one, depth in answers[:SHOWN]]
        if len(answers) > SHOWN:
            parts.append(f"<p>The first {SHOWN} are shown.</p>")
        return self.page(200, f"Post by {self._name(entry.did)}", "\n".join(parts))

    def _below(self, top: Entry) -> Iterator[tuple[Entry, int]]:
        waiting = [(child, 0) for child in self.state.children(top)][::-1]
        while waiting:
            entry, depth = waiting.pop()
            yield entry, depth
            waiting += [(child, depth + 1) for child in self.state.children(entry)][::-1]

    def _post(self, entry: Entry, *, level: int, depth: int = 0, whole: bool = False) -> str:
        name, at = self._name(entry.did), entry.sorted_by[0]
        parent = entry.part("reply", "parent", "uri")
        answering = f" – answers {escape(self._name(parent.split('/')[2]))}" if parent else ""
        hidden = " <strong>(hidden)</strong>" if self._is_hidden(entry) else ""
        pictures = "".join(
            f'<img src="{escape(image["fullsize"])}" alt="{escape(image["alt"])}">'
            for image in self.views.post(entry).get("embed", {}).get("images", [])
        )
        actions = self._actions(entry, name) if whole else ""
        return f"""<article class="depth-{depth}">
<h{level}><a href="/profile/{escape(entry.did)}">{escape(name)}</a>{answering}{hidden}</h{level}>
<p class="when"><a href="{_place(entry.uri)}"><time datetime="{escape(at)}">{_when(at)}</time></a></p>
{_text(entry.part("text"))}{pictures}
{actions}
</article>"""

    def _actions(self, entry: Entry, name: str) -> str:
        if not self.acting:
            return ""
        uri = _hidden("uri", entry.uri)
        reply = self._writing(
            "reply", uri, "Reply", back=_place(entry.part("reply", "root", "uri") or entry.uri)
        )
        parts = [f"<details><summary>Reply to {escape(name)}</summary>{reply}</details>"]
        root = entry.part("reply", "root", "uri")
        if entry.did == self.acting:
            edit = self._writing("edit", uri, "Save", back=_place(root or entry.uri), text=entry.part("text"))
            parts.append(f"<details><summary>Change this</summary>{edit}</details>")
            parts.append(self._form("delete", uri, "Delete", back=_place(root) if root else ""))
        elif root.startswith(f"at://{self.acting}/"):
            verb, words = (
                ("unhide", "Show again") if self._is_hidden(entry) else ("hide", "Hide under my post")
            )
            parts.append(self._form(verb, uri, words, back=_place(root)))
        return f'<div class="actions">{"".join(parts)}</div>'

    def _is_hidden(self, entry: Entry) -> bool:
        root = entry.part("reply", "root", "uri").split("/")
        gate = self.state.entry(f"at://{root[2]}/{GATE}/{root[4]}") if len(root) == 5 else None
        return bool(gate and entry.uri in gate.record.get("hiddenReplies", []))

    def _act_as(self) -> str:
        accounts = sorted(self.state.accounts.values(), key=lambda one: self._name(one.did).lower())
        nobody = "" if self.acting else '<option value="">nobody (only reading)</option>'
        options = nobody + "".join(
            f'<option value="{escape(one.did)}"{" selected" if one.did == self.acting else ""}>'
            f"{escape(self._name(one.did))} (@{escape(one.handle)})</option>"
            for one in accounts
        )
        return self._form(
            "act_as", f'<label>You act as <select name="did">{options}</select></label>', "Change"
        )

    def _people(self, accounts: list[Account]) -> str:
        if not accounts:
            return "<p>Nobody yet.</p>"
        rows = "".join(
            f'<li><a href="/profile/{escape(one.did)}">{escape(self._name(one.did))}</a> '
            f'<span class="when">@{escape(one.handle)} · posts: {len(self.state.entries(one.did, POST))}'
            f" · blocks: {len(self.state.entries(one.did, BLOCK))}</span></li>"
            for one in accounts
        )
        return f'<ul class="people">{rows}</ul>'

    def _profile_form(self, record: Json) -> str:
        name, words = (
            escape(str(record.get("displayName") or "")),
            escape(str(record.get("description") or "")),
        )
        fields = (
            f'<label>Name <input name="name" value="{name}" required maxlength="64"></label>'
            '<label>Description <textarea name="description" rows="3" maxlength="300">'
            f"{words}</textarea></label>"
        )
        return self._form("profile", fields, "Save the profile")

    def _writing(self, verb: str, fields: str, button: str, *, back: str, text: str = "") -> str:
        area = '<label>Text <textarea name="text" rows="3" required maxlength="300">'
        area += f"{escape(text)}</textarea></label>"
        return self._form(verb, fields + area, button, back=back)

    def _form(self, verb: str, fields: str, button: str, *, back: str = "") -> str:
        return (
            f'<form method="post" action="/act">{_hidden("do", verb)}{_hidden("back", back) if back else ""}'
            f'{fields} <button type="submit">{escape(button)}</button></form>'
        )

    def _name(self, did: str) -> str:
        account = self.state.accounts.get(did)
        return str(self.state.profile(did).get("displayName") or (account.handle if account else "somebody"))


def _hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(value)}">'


def _place(uri: str) -> str:
    pieces = uri.split("/")
    return escape(f"/profile/{pieces[2]}/post/{pieces[4]}") if len(pieces) == 5 else "/"


def _text(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.split("\n") if line.strip())


def _when(at: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return escape(at)
    return f"{moment:%a %b} {moment.day}, {moment.year}, {moment:%H:%M} UTC"
