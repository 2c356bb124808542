"""The social networks that Rostrum can read and write, one module each. Imports no Django and nothing of
ours.

A module's class has `can` (the verbs that it supports) and some of: whoami, profile, posts, comments, media,
fetch, blocked, hidden, publish, delete, hide, unhide, block, unblock. A verb that is not in `can` is done by
hand, by a person.
"""

from .base import (
    BadCredentials,
    BlockedAuthor,
    Exchange,
    Fetched,
    Identity,
    Item,
    Media,
    MediaFile,
    NotFound,
    NotThePlatform,
    Picture,
    PlatformError,
    Profile,
    Published,
    RateLimited,
    Recorder,
    TooLarge,
    Unreachable,
    WrongAccount,
)
from .bluesky import Bluesky

MODULES: dict[str, type[Bluesky]] = {"bluesky": Bluesky}

__all__ = [
    "MODULES",
    "BadCredentials",
    "BlockedAuthor",
    "Bluesky",
    "Exchange",
    "Fetched",
    "Identity",
    "Item",
    "Media",
    "MediaFile",
    "NotFound",
    "NotThePlatform",
    "Picture",
    "PlatformError",
    "Profile",
    "Published",
    "RateLimited",
    "Recorder",
    "TooLarge",
    "Unreachable",
    "WrongAccount",
]
