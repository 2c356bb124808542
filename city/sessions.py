"""Ending sessions, at once and everywhere."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings

from city.models import User
from city.requests import CityRequest


def end_sessions(user: User, *, but: str | None = None) -> int:
    """End a person's sessions, except the one with the key `but`. Returns how many were ended."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=but or ""):
        store(session.session_key).delete()
        session.delete()
        ended += 1
    return ended


def end_other_sessions(request: CityRequest) -> int:
    """End all sessions of the one who asks, except this one."""
    return end_sessions(request.user, but=request.session.session_key)
