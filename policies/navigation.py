"""Where policies stand in the navigation."""

from city.navigation import NavigationEntry
from policies.permissions import can_see_policies

NAVIGATION = [
    NavigationEntry("Policies", "policies:list_policies", 70, can_see_policies),
    NavigationEntry("Policies", "policies:index", 30, public=True),
    NavigationEntry("Comment rules", "policies:comment_rules", 40, public=True),
]
