"""Addresses of policies. Under /policies/ everybody reads; at the desk they are made."""

from django.urls import path, re_path

from policies.views import acknowledgements, desk, drafts, public

app_name = "policies"

urlpatterns = [
    path("policies/", public.index, name="index"),
    path("comment-rules/", public.comment_rules, name="comment_rules"),
    path("policies/<slug:slug>/", public.see_policy, name="see_policy"),
    path("policies/<slug:slug>/<int:number>/", public.see_version, name="see_version"),
    path(
        "policies/<slug:slug>/<int:number>/changes-since/<int:since>/", public.see_changes, name="see_changes"
    ),
    re_path(
        r"^policies/(?P<slug>[-\w]+)/(?P<number>[0-9]{1,9})\.(?P<form>md|json)$",
        public.download_version,
        name="download_version",
    ),
    path("policy-desk/", desk.list_policies, name="list_policies"),
    path("policy-desk/add/", desk.add_policy, name="add_policy"),
    path("policy-desk/mine/", acknowledgements.list_mine, name="list_mine"),
    path(
        "policy-desk/acknowledgements/", acknowledgements.list_acknowledgements, name="list_acknowledgements"
    ),
    path("policy-desk/receipts/<int:pk>/", acknowledgements.see_receipt, name="see_receipt"),
    path("policy-desk/<int:pk>/", desk.show_policy, name="show_policy"),
    path("policy-desk/<int:pk>/change/", desk.change_policy, name="change_policy"),
    path("policy-desk/<int:pk>/draft/", desk.draft_version, name="draft_version"),
    path("policy-desk/versions/<int:pk>/", desk.show_version, name="show_version"),
    path("policy-desk/versions/<int:pk>/change/", drafts.change_draft, name="change_draft"),
    path("policy-desk/versions/<int:pk>/submit/", desk.submit_for_review, name="submit_for_review"),
    path("policy-desk/versions/<int:pk>/review/", desk.review_version, name="review_version"),
    path("policy-desk/versions/<int:pk>/adopt/", desk.adopt_version, name="adopt_version"),
    path("policy-desk/versions/<int:pk>/withdraw/", desk.withdraw_draft, name="withdraw_draft"),
    path(
        "policy-desk/versions/<int:pk>/acknowledge/",
        acknowledgements.acknowledge_version,
        name="acknowledge_version",
    ),
    path("policy-desk/versions/<int:pk>/add-ground/", drafts.add_ground, name="add_ground"),
    path("policy-desk/grounds/<int:pk>/change/", drafts.change_ground, name="change_ground"),
    path("policy-desk/grounds/<int:pk>/remove/", drafts.remove_ground, name="remove_ground"),
]
