"""Warnings where a ground may not be viewpoint-neutral. They warn; the City Attorney decides.

Official comment threads are limited public forums: their rules must be reasonable and viewpoint-neutral
(Krasno v. Mnookin, 7th Cir., Aug 1, 2025, which binds Wisconsin; Garnier v. O'Connor-Ratcliff, 9th Cir. 2025,
on remand, for repetition). DOMAIN, section 6.
"""

import re

OFF_TOPIC = (
    "Off-topic rules were struck down in Krasno v. Mnookin (7th Cir. 2025), where word lists hid comments "
    "without anybody reading them in context. Ask the City Attorney before adopting this ground, and never "
    "apply it by word list."
)
OFFENSE = (
    "Words that only offend or disparage are protected speech; punishing them for that is viewpoint "
    "discrimination. Limit this ground to what the law lets a city act on."
)
PROFANITY = (
    "Profanity by itself is protected speech. A word list under this ground may only send a comment to a "
    "person, and the same words must be treated alike whatever opinion they serve."
)
POLITICS = (
    "This ground names political speech or criticism, which is protected most strongly. Apply it only to "
    "what the City itself says, not to what residents answer."
)
REPETITION = (
    "Blocking somebody without end for repeating themselves was not narrowly tailored (Garnier, 9th Cir. "
    "2025). Hide the repetition, not the person, and only for a time."
)
DISCRETION = (
    "This leaves the decision to somebody's taste. A resident must be able to tell from the definition what "
    "may be acted on."
)

#: Words by which a doubtful ground gives itself away, and what to say then.
_SIGNS = {
    r"off[- ]?topic|unrelated|irrelevant|not related|original topic": OFF_TOPIC,
    r"offensive|disparag\w*|insult\w*|rude|negative|hate(?:ful| speech)|discriminat\w*": OFFENSE,
    r"vulgar\w*|profan\w*|swear\w*|foul language|indecen\w*": PROFANITY,
    r"politic\w*|campaign\w*|candidate\w*|ballot|critici\w*|complain\w*": POLITICS,
    r"repetiti\w*|repeated\w*|duplicate\w*|same comment": REPETITION,
    r"discretion|as (?:it|the city) sees fit|inappropriate|unacceptable": DISCRETION,
}


def warnings(*texts: str) -> list[str]:
    """What to think about before a ground with these words (its title and definition) is adopted."""
    words = " ".join(texts)
    return [
        warning for signs, warning in _SIGNS.items() if re.search(rf"\b(?:{signs})\b", words, re.IGNORECASE)
    ]
