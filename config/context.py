"""What every page needs: the city and the navigation of this person's roles."""

from typing import Any

from city.navigation import links_for, public_links
from city.requests import CityRequest
from city.roles import Role
from city.sign_in import may_do_without
from config.demonstration.sign_in import code_for


def shell(request: CityRequest) -> dict[str, Any]:
    """Read only when a template asks: a public page makes no query for a navigation that it does not draw."""
    at = getattr(request, "at", None)
    user = getattr(request, "user", None)
    if at is None or user is None:
        return {"city": None}
    signed_in = user.is_authenticated
    # Before the second factor is set up nothing at the side would answer.
    let_in = signed_in and (getattr(request, "has_second_factor", False) or may_do_without(request))
    return {
        "city": request.city,
        # For pages that both sides may see (403, 404): which shell they stand in.
        "layout": "base.html" if signed_in else "public.html",
        "navigation": (lambda: links_for(user, at, request.path)) if let_in else [],
        "public_navigation": lambda: public_links(request.path),
        # Only the demonstration city tells second factors.
        "demonstration_code": (lambda: code_for(request))
        if request.city and request.city.is_demonstration
        else "",
        "my_roles": (lambda: sorted(Role(role).label for role in user.roles_at(at))) if signed_in else [],
    }
