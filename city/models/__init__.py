"""Who we are: the city, its offices and seats, its people and their roles, and the log of acts."""

from city.models.city import City
from city.models.entry import Chain, Entry
from city.models.holiday import Holiday
from city.models.mail import Mail
from city.models.office import Office, Seat, Term
from city.models.people import Grant, Invitation, User

__all__ = [
    "Chain",
    "City",
    "Entry",
    "Grant",
    "Holiday",
    "Invitation",
    "Mail",
    "Office",
    "Seat",
    "Term",
    "User",
]
