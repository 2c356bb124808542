"""The practice network: a small local server that speaks the Bluesky calls that Rostrum uses. Nothing on
it is real.

python -m accounts.platforms.practice --port 8055 --state DIR

The demonstration city lives on it, staff learn on it without consequences, and tests let it misbehave.
Unlike Bluesky it lets a post be edited. Standard library only.
"""

from .server import PracticeNetwork

__all__ = ["PracticeNetwork"]
