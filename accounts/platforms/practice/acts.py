"""What somebody can do on the practice network's pages, as one of its invented people."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from . import ids, seed
from .state import BLOCK, POST, PROFILE, Entry, State

Json = dict[str, Any]
LONGEST = 300


@dataclass(slots=True)
class Outcome:
    """Where to go next, and whom the browser acts as from now on ("" leaves it)."""

    location: str
    acting_as: str = ""


def act(state: State, acting: str, form: dict[str, str]) -> Outcome:
    """Do what a form asks. Raises ValueError with a sentence for the reader."""
    match form.get("do"):
        case "act_as":
            return Outcome("/", acting_as=_account(state, form))
        case "new_resident":
            return _new_resident(state, form)
    if not acting:
        raise ValueError("Choose first whom you act as.")
    match form.get("do"):
        case "post":
            return Outcome(_page(state.create(acting, POST, _post(form))))
        case "reply":
            record = _post(form) | {"reply": seed.reply_to(state, form.get("uri", ""))}
            return Outcome(_page(state.create(acting, POST, record)))
        case "edit":
            entry = _own(state, acting, form)
            return Outcome(_page(state.put(entry.uri, entry.record | {"text": _text(form)})))
        case "delete":
            state.delete(_own(state, acting, form).uri)
        case "profile":
            uri = f"at://{acting}/{PROFILE}/self"
            words = {
                "displayName": form.get("name", "")[:64],
                "description": form.get("description", "")[:LONGEST],
            }
            state.put(uri, {"$type": PROFILE, **state.profile(acting), **words})
        case "block":
            subject = _account(state, form)
            if not state.block(acting, subject):
                state.create(acting, BLOCK, {"$type": BLOCK, "subject": subject, "createdAt": _now()})
            return Outcome(f"/profile/{subject}")
        case "unblock":
            subject = _account(state, form)
            while block := state.block(acting, subject):
                state.delete(block.uri)
            return Outcome(f"/profile/{subject}")
        case "hide" | "unhide":
            _hide(state, acting, form.get("uri", ""), hidden=form["do"] == "hide")
        case _:
            raise ValueError("The practice network does not know how to do that.")
    return Outcome(f"/profile/{acting}")


def _new_resident(state: State, form: dict[str, str]) -> Outcome:
    name = " ".join(form.get("name", "").split())[:60]
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "resident"
    if not name:
        raise ValueError("Give the new resident a name.")
    with state.lock:
        number = 1
        while state.account(handle := f"{stem}{number if number > 1 else ''}.test"):
            number += 1
        account = state.create_account(handle, ids.new_did(handle), resident=True)
        state.put(
            f"at://{account.did}/{PROFILE}/self", {"$type": PROFILE, "displayName": name, "description": ""}
        )
    return Outcome(f"/profile/{account.did}", acting_as=account.did)


def _hide(state: State, acting: str, uri: str, *, hidden: bool) -> None:
    entry = state.entry(uri)
    root = entry.part("reply", "root", "uri") if entry else ""
    if not root.startswith(f"at://{acting}/"):
        raise ValueError("Only the author of the first post can hide a reply.")
    seed.hide(state, root, uri, _now(), hidden=hidden)


def _own(state: State, acting: str, form: dict[str, str]) -> Entry:
    entry = state.entry(form.get("uri", ""))
    if entry is None:
        raise ValueError("That post is not there any more.")
    if entry.did != acting:
        raise ValueError("Only its author can do that.")
    return entry


def _account(state: State, form: dict[str, str]) -> str:
    account = state.account(form.get("did", ""))
    if account is None:
        raise ValueError("Choose somebody from the list.")
    return account.did


def _post(form: dict[str, str]) -> Json:
    return {"$type": POST, "text": _text(form), "createdAt": _now(), "langs": ["en"]}


def _text(form: dict[str, str]) -> str:
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise ValueError("Write something first.")
    if len(text) > LONGEST:
        raise ValueError(f"That is longer than {LONGEST} characters.")
    return text


def _page(entry: Entry) -> str:
    return f"/profile/{entry.did}/post/{entry.key}"


def _now() -> str:
    return ids.written(dt.datetime.now(dt.UTC))
