"""Where comments stand in the navigation."""

from city.navigation import NavigationEntry
from comments.permissions import can_see_appeals, can_see_blocks, can_see_cases

NAVIGATION = [
    NavigationEntry("Comments", "comments:list_cases", 50, can_see_cases, also_under=("/measures/",)),
    NavigationEntry("Blocks", "comments:list_blocks", 52, can_see_blocks),
    NavigationEntry("Appeals", "comments:list_appeals", 60, can_see_appeals),
    NavigationEntry(
        "Decisions register",
        "comments:list_decisions",
        50,
        public=True,
        about="Every decision to hide a comment or to block somebody, with its reasons.",
    ),
    NavigationEntry(
        "Appeal a decision",
        "comments:submit_statement",
        55,
        public=True,
        about="Your comment was hidden, or you were blocked? Somebody else looks at it again. You need no account.",
    ),
]
