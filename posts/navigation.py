"""Where posts stand in the navigation."""

from city.navigation import NavigationEntry
from posts.permissions import can_see_posts

NAVIGATION = [
    NavigationEntry("Posts", "posts:list_posts", 30, can_see_posts, also_under=("/deliveries/",)),
    NavigationEntry("Calendar", "posts:calendar", 40, can_see_posts),
    NavigationEntry(
        "Official posts",
        "posts:official",
        40,
        public=True,
        about="What the offices and the districts say, here and without an account anywhere.",
    ),
]
