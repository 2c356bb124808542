"""Addresses of posts. Under /posts/ they are made; under /official/, /district/ and /office/ everybody reads."""

from django.urls import path, re_path

from posts.views import compose, desk, public

app_name = "posts"

urlpatterns = [
    path("posts/", desk.list_posts, name="list_posts"),
    path("calendar/", desk.calendar, name="calendar"),
    path("posts/new/", compose.choose_office, name="choose_office"),
    path("posts/new/<int:office_id>/", compose.draft_post, name="draft_post"),
    path("posts/new/<int:office_id>/check/", compose.check_post, name="check_post"),
    path("posts/<int:post_id>/", desk.see_post, name="see_post"),
    path("posts/<int:post_id>/change/", compose.change_post, name="change_post"),
    path("posts/<int:post_id>/submit/", desk.submit_post, name="submit_post"),
    path("posts/<int:post_id>/approve/", desk.approve_post, name="approve_post"),
    path("posts/<int:post_id>/return/", desk.return_post, name="return_post"),
    path("posts/<int:post_id>/schedule/", desk.schedule_post, name="schedule_post"),
    path("posts/<int:post_id>/publish/", desk.publish_now, name="publish_now"),
    path("posts/<int:post_id>/withdraw/", desk.withdraw_post, name="withdraw_post"),
    path("posts/<int:post_id>/park/", desk.park_post, name="park_post"),
    path("posts/<int:post_id>/unpark/", desk.unpark_post, name="unpark_post"),
    path("deliveries/<int:dispatch_id>/retry/", desk.retry_dispatch, name="retry_dispatch"),
    path("official/", public.official, name="official"),
    path("official/<int:post_id>/", public.public_post, name="public_post"),
    re_path(r"^official/pictures/(?P<sha256>[0-9a-f]{64})/$", public.picture, name="picture"),
    path("district/<int:number>/", public.district_page, name="district_page"),
    path("office/<slug:slug>/", public.office_page, name="office_page"),
    re_path(r"^office/(?P<slug>[-\w]+)/posts\.(?P<form>atom|json)$", public.office_feed, name="office_feed"),
]
