"""What CityMiddleware and SecondFactorMiddleware put on a request, for who reads and for the type checker."""

from datetime import datetime

from django.http import HttpRequest

from city.models import City, User


class CityRequest(HttpRequest):
    """A request as every view gets it. On a public page `user` may be nobody; the view asks first."""

    user: User
    #: Before set-up there is none, and only set-up answers.
    city: City
    #: The instant that this page goes by: the clock is read once.
    at: datetime
    has_second_factor: bool


def is_from_nobody(request: HttpRequest) -> bool:
    """Whether nobody is signed in: only a page that is open to the public sees such a request."""
    return not request.user.is_authenticated
