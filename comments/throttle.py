"""How many statements came from one address lately. Nobody is turned away for it before it is a flood.

Up to SOFT in a window a statement is as any other. Above it is kept too, but waits for a person instead of
opening an appeal by itself: a whole library may share one address. Only above HARD the form asks to wait, keeps
what was typed, and says for how long. Counted under a hash whose key changes with the window; no address is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from city.requests import CityRequest

SOFT = 5
HARD = 60
WINDOW = 600  # seconds


@dataclass(frozen=True)
class Standing:
    """What the count means for this one: `held`, it waits for a person; `wait`, seconds until the form is open again."""

    held: bool = False
    wait: int = 0


def counted(request: CityRequest, at: datetime) -> Standing:
    """Count one statement of this address. A cache that is away counts nothing and stops nobody."""
    moment = int(at.timestamp())
    window = moment // WINDOW
    key = f"statements:{window}:{salted_hmac('comments.throttle', f'{window}:{network_of(request)}').hexdigest()}"
    try:
        cache.add(key, 0, timeout=WINDOW)
        number = cache.incr(key)
    except (RedisError, ValueError):
        return Standing()
    if number > HARD:
        return Standing(held=True, wait=WINDOW - moment % WINDOW)
    return Standing(held=number > SOFT)


def network_of(request: CityRequest) -> str:
    """The address that counts, seen past our own proxies; of IPv6 the /64 that one household has."""
    try:
        address = ip_address(get_adapter(request).get_client_ip(request))
    except (ValueError, ImproperlyConfigured, PermissionDenied):
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or (int(address) >> 64))
    return str(address)
