"""Posts as the search finds them: by their words."""

from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.urls import reverse
from django.utils.http import urlencode

from city.models import User
from city.search import LIMIT, Group, Hit
from posts.models import Post


def words_in(rows, text: str):
    """Posts whose current wording has these words."""
    vector = SearchVector("current__text", config="english")
    return rows.annotate(words=vector).filter(
        words=SearchQuery(text, config="english", search_type="websearch")
    )


def _posts(user: User, text: str, at: datetime) -> Group | None:
    rows = (
        words_in(Post.objects.visible_to(user, at), text).select_related("office", "current").order_by("-pk")
    )
    hits = [
        Hit(f"{post.current.text[:80]}", post.get_absolute_url(), str(post.office)) for post in rows[:LIMIT]
    ]
    return Group("Posts", hits, f"{reverse('posts:list_posts')}?{urlencode({'q': text})}")


SEARCH = [_posts]
