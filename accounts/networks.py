"""Where the city may connect to: public addresses over https, and nothing inside its own network.

A person types the address of a server, and our server then opens it: without this check that person could
reach whatever only our server can reach (SSRF).
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings

from accounts.rules import visible
from city.refusals import Refusal

FIELD = "service_url"


def checked_service_url(text: str) -> str:
    """The address of a server as it is stored. Raises Refusal when the city does not connect there."""
    url = visible(text).rstrip("/")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise Refusal("This is not a web address. It looks like https://bsky.social.", field=FIELD) from None
    origin = f"{parts.scheme}://{parts.netloc}".lower()
    if parts.username is not None or parts.password is not None:
        raise Refusal("Leave user name and password out of the address.", field=FIELD)
    if is_local(url):
        return origin
    if parts.scheme.lower() != "https" or not host:
        raise Refusal("The address must begin with https://, like https://bsky.social.", field=FIELD)
    if parts.path or parts.query or parts.fragment:
        raise Refusal(f"Give only the server, like {origin}.", field=FIELD)
    _must_be_public(host, port)
    return origin


def is_local(url: str) -> bool:
    """Whether this is the practice network, or a network on this machine that the settings allow."""
    return any(_same_origin(url, allowed) for allowed in _allowed())


def is_practice(url: str) -> bool:
    """Whether nothing that happens at this server is real."""
    return bool(settings.PRACTICE_NETWORK_URL) and _same_origin(url, settings.PRACTICE_NETWORK_URL)


def _allowed() -> list[str]:
    return [url for url in (settings.PRACTICE_NETWORK_URL, *settings.LOCAL_NETWORKS_ALLOWED) if url]


def _same_origin(one: str, other: str) -> bool:
    first, second = urlsplit(one.lower()), urlsplit(other.lower())
    return (first.scheme, first.netloc) == (second.scheme, second.netloc)


def _must_be_public(host: str, port: int) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refusal(f"There is no server named {host}. Check the spelling.", field=FIELD) from None
    addresses = {ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found}
    if not addresses or not all(_is_public(address) for address in addresses):
        raise Refusal(f"{host} is not on the public internet: the city does not connect there.", field=FIELD)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast
