"""How many statements came from one address lately. Nobody is turned away for it before it is a flood.

Up to SOFT in a window a statement is as any other. Above it is kept too, but waits for a person instead of
opening an appeal by itself: a whole library may share one address. Only above HARD the form asks to wait, keeps
what was typed, and says for how long. How it is counted, and whose address counts, says city.throttle.
"""

from datetime import datetime

from city import throttle
from city.requests import CityRequest
from city.throttle import Limit, Standing

SOFT = 5
HARD = 60
WINDOW = 600  # seconds
STATEMENTS = Limit("statements", hard=HARD, window=WINDOW, soft=SOFT)


def counted(request: CityRequest, at: datetime) -> Standing:
    """Count one statement of this address."""
    return throttle.counted(request, at, STATEMENTS)
