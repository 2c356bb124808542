"""Where policies stand in the navigation."""

from city.navigation import NavigationEntry
from policies.permissions import can_see_policies

NAVIGATION = [
    NavigationEntry("Policies", "policies:list_policies", 70, can_see_policies),
    NavigationEntry(
        "Policies",
        "policies:index",
        30,
        public=True,
        about="What the city has adopted for its social media, as it reads today and as it read before.",
    ),
    NavigationEntry(
        "Comment rules",
        "policies:comment_rules",
        40,
        public=True,
        about="For which reasons a comment may be acted on, with examples. Criticism is none.",
    ),
]
