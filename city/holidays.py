"""The legal holidays by which the city counts days. Read by every floor that has deadlines.

The statute's days are data here; a day that the city adds stands as a row (city.Holiday), and moves every
open deadline, because no deadline is stored as a date.
"""

from city.days import Holidays
from city.models import Holiday

#: Wis. Stat. 995.20. One that falls on Sunday is kept on Monday. December 24 and 31 are holidays of state
#: offices only.
WISCONSIN = {
    "New Year’s Day": "January 1",
    "Martin Luther King Jr. Day": "third Monday in January",
    "Presidents’ Day": "third Monday in February",
    "Memorial Day": "last Monday in May",
    "Juneteenth": "June 19",
    "Independence Day": "July 4",
    "Labor Day": "first Monday in September",
    "Columbus Day and Indigenous Peoples’ Day": "second Monday in October",
    "Veterans Day": "November 11",
    "Thanksgiving": "fourth Thursday in November",
    "Christmas Day": "December 25",
}
#: The days of the partisan primary and of the general election are legal holidays too.
EVEN_YEARS = {
    "Day of the partisan primary": "second Tuesday in August",
    "Day of the general election": "Tuesday after the first Monday in November",
}


def holidays() -> Holidays:
    """The statute's holidays and the days that the city has added: one query."""
    added = {day.on: day.name for day in Holiday.objects.all()}
    return Holidays(days=WISCONSIN, even_years=EVEN_YEARS, once=added)
