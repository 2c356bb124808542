"""How often one address may ask something of the public side, and what it is told when that was too often.

Whose address counts is said by TRUSTED_PROXIES: with 0 it is the one that the connection comes from; with N it is the
Nth from the end of X-Forwarded-For, which our own proxies wrote; what stands before it, a stranger may have written.
A number that is too small makes a proxy's address everybody's, one that is too large lets people choose theirs.

Counted in the cache under a hash whose key changes with the window, so that no address is kept and nobody
waits longer than one window. A cache that is away counts nothing and stops nobody. It is no more than this because
django-ratelimit fails with Django's Redis cache when Redis is away, and django-ninja's own throttles read and then
write, by which they lose count exactly in a flood.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from ninja import NinjaAPI
from ninja.errors import Throttled
from ninja.throttling import BaseThrottle
from redis.exceptions import RedisError

from city.requests import CityRequest


@dataclass(frozen=True)
class Limit:
    """Above `hard` in `window` seconds an address waits; above `soft` what it sends is looked at by a person first."""

    name: str
    hard: int
    window: int
    soft: int = 0


#: What people may ask by hand on a page, and what a program may ask of the API.
PAGE = Limit("public page", hard=60, window=60)
API = Limit("public api", hard=120, window=60)


@dataclass(frozen=True)
class Standing:
    """What the count means for this one: `held`, it waits for a person; `wait`, seconds until it is open again."""

    held: bool = False
    wait: int = 0


def counted(request: CityRequest, at: datetime, limit: Limit) -> Standing:
    """Count one request of this address."""
    moment = int(at.timestamp())
    window = moment // limit.window
    whose = salted_hmac("city.throttle", f"{limit.name}:{window}:{network_of(request)}").hexdigest()
    key = f"throttle:{limit.name.replace(' ', '-')}:{window}:{whose}"
    try:
        cache.add(key, 0, timeout=limit.window)
        number = cache.incr(key)
    except (RedisError, ValueError):
        return Standing()
    held = bool(limit.soft) and number > limit.soft
    return Standing(held, limit.window - moment % limit.window if number > limit.hard else 0)


def network_of(request: CityRequest) -> str:
    """The address that counts, seen past our own proxies; of IPv6 the /64 that one household has."""
    try:
        address = ip_address(get_adapter(request).get_client_ip(request))
    except (ValueError, ImproperlyConfigured, PermissionDenied):
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or (int(address) >> 64))
    return str(address)


def please_wait(seconds: int) -> str:
    """What somebody is told who asked too often."""
    return (
        f"Very many questions came from your network in a short time, perhaps from somebody else. "
        f"Please ask again in {seconds} second{'' if seconds == 1 else 's'}."
    )


class ApiThrottle(BaseThrottle):
    """A `Limit` as django-ninja asks for it. `told_to_wait` answers, because only the request knows how long."""

    def __init__(self, limit: Limit = API) -> None:
        self.limit = limit

    def allow_request(self, request: HttpRequest) -> bool:
        city_request = cast("CityRequest", request)
        standing = counted(city_request, city_request.at, self.limit)
        vars(request)["throttle_wait"] = standing.wait
        return not standing.wait

    def wait(self) -> float | None:
        return None


def throttled(api: NinjaAPI) -> NinjaAPI:
    """The API with a plain sentence and Retry-After for who asks too often."""

    def told_to_wait(request: HttpRequest, _problem: Any) -> HttpResponse:
        seconds = vars(request).get("throttle_wait") or API.window
        response = api.create_response(request, {"detail": please_wait(seconds)}, status=429)
        response["Retry-After"] = str(seconds)
        return response

    api.add_exception_handler(Throttled, told_to_wait)
    return api
