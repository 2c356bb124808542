"""The platforms with their rules, as `accounts.rules` takes them; the city's own site among them."""

from urllib.parse import urlsplit

from accounts.models import Platform
from accounts.platform_rules import website_rules
from city.models import City

WEBSITE = "website"


def platform_set() -> list[Platform]:
    """All platforms. The website's rule comes from City settings, so that a new address needs no second change."""
    platforms = list(Platform.objects.all())
    city = City.objects.only("website_url").first()
    host = urlsplit(city.website_url).hostname if city else None
    for platform in platforms:
        if platform.slug == WEBSITE and not platform.url_rules and host:
            platform.url_rules = website_rules(host)
    return platforms


def with_rules(platform: Platform) -> Platform:
    """The same platform as `platform_set` gives it."""
    return next((each for each in platform_set() if each.pk == platform.pk), platform)
