"""Every address of Rostrum, one app after the other."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from config import views
from config.demonstration.views import demonstration

# The repair site has no sign-in of its own: it would know no throttling and no second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("welcome/", views.welcome, name="welcome"),
    path("search/", views.search, name="search"),
    path("demonstration/", demonstration, name="demonstration"),
    path("health/", views.health, name="health"),
    # What allauth offers and a city does not: addresses are changed, and people made, by invitation only.
    re_path(
        r"^sign-in/(?:email/|confirm-email/.*|password/set/|3rdparty/(?:signup/)?|social/.*)$", views.closed
    ),
    path("sign-in/", include("allauth.urls")),
    path("", include("city.urls")),
    path("", include("policies.urls")),
    path("", include("accounts.urls")),
    path("", include("records.urls")),
    path("", include("posts.urls")),
    path("", include("comments.urls")),
    path("", include("elections.urls")),
    path("repair/", admin.site.urls),
]
