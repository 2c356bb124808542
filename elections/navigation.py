"""Elections at the side of every staff page."""

from city.navigation import NavigationEntry
from elections.permissions import can_see_elections

NAVIGATION = [
    NavigationEntry(
        "Elections",
        "elections:list_elections",
        80,
        can_see_elections,
        also_under=("/candidacies/", "/blackouts/", "/incidents/"),
    ),
]
