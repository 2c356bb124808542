"""What changed between two wordings, word by word. Pure."""

import re
from difflib import SequenceMatcher

#: Beyond this many words a comparison takes too long for a page; the wordings then stand side by side.
MOST_WORDS = 3000


def difference(before: str, after: str) -> list[tuple[str, str]]:
    """Pieces of text as ("same" | "removed" | "added", text), in reading order."""
    old, new = _words(before), _words(after)
    if len(old) + len(new) > MOST_WORDS:
        return [piece for piece in (("removed", before), ("added", after)) if piece[1]]
    pieces: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        pieces.extend(
            piece for piece in (("removed", "".join(old[a:b])), ("added", "".join(new[c:d]))) if piece[1]
        )
    return pieces


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
