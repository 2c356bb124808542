"""Addresses of the registry. Each is named after its verb."""

from django.urls import include, path

from accounts.api import public_urls
from accounts.views import accounts, directory, imports, keys, platforms, questions, requests

app_name = "accounts"

urlpatterns = [
    path("find/", directory.find_accounts, name="find_accounts"),
    path("api/", include(public_urls()[:2], namespace="api")),
    path("accounts/", accounts.list_accounts, name="list_accounts"),
    path("accounts/add/", accounts.add_account, name="add_account"),
    path("accounts/<int:pk>/", accounts.see_account, name="see_account"),
    path("accounts/<int:pk>/change/", accounts.change_account, name="change_account"),
    path("accounts/<int:pk>/activate/", accounts.activate_account, name="activate_account"),
    path("accounts/<int:pk>/pause/", accounts.pause_account, name="pause_account"),
    path("accounts/<int:pk>/resume/", accounts.resume_account, name="resume_account"),
    path("accounts/<int:pk>/begin-closing/", accounts.begin_closing_account, name="begin_closing_account"),
    path("accounts/<int:pk>/retire/", accounts.retire_account, name="retire_account"),
    path("accounts/<int:pk>/connect/", keys.connect_account, name="connect_account"),
    path("accounts/<int:pk>/disconnect/", keys.disconnect_account, name="disconnect_account"),
    path("accounts/<int:pk>/administrators/add/", keys.add_administrator, name="add_administrator"),
    path("administrators/<int:pk>/change/", keys.change_administrator, name="change_administrator"),
    path("administrators/<int:pk>/remove/", keys.remove_administrator, name="remove_administrator"),
    path("administrators/<int:pk>/attest/", keys.attest_second_factor, name="attest_second_factor"),
    path("administrators/<int:pk>/duties/", keys.confirm_duties, name="confirm_duties"),
    path("administrators/", keys.list_administrators, name="list_administrators"),
    path("administrators/rules/", keys.change_key_rules, name="change_key_rules"),
    path("errands/", keys.list_errands, name="list_errands"),
    path("errands/<int:pk>/complete/", keys.complete_errand, name="complete_errand"),
    path("people/<int:pk>/deactivate/", keys.deactivate_user, name="deactivate_user"),
    path("platforms/", platforms.list_platforms, name="list_platforms"),
    path("platforms/<int:pk>/change/", platforms.change_platform, name="change_platform"),
    path("requests/", requests.list_requests, name="list_requests"),
    path("requests/new/", requests.draft_request, name="draft_request"),
    path("requests/<int:pk>/", requests.see_request, name="see_request"),
    path("requests/<int:pk>/change/<int:number>/", requests.change_request, name="change_request"),
    path("requests/<int:pk>/advise/", requests.advise_on_request, name="advise_on_request"),
    path("requests/<int:pk>/submit/", requests.submit_request, name="submit_request"),
    path("requests/<int:pk>/approve/", requests.approve_request, name="approve_request"),
    path("requests/<int:pk>/deny/", requests.deny_request, name="deny_request"),
    path("requests/<int:pk>/withdraw/", requests.withdraw_request, name="withdraw_request"),
    path("questions/", questions.list_questions, name="list_questions"),
    path("questions/begin/", questions.begin_questions, name="begin_questions"),
    path("questions/versions/<int:pk>/add/", questions.add_question, name="add_question"),
    path("questions/versions/<int:pk>/adopt/", questions.adopt_questions, name="adopt_questions"),
    path("questions/<int:pk>/change/", questions.change_question, name="change_question"),
    path("questions/<int:pk>/remove/", questions.remove_question, name="remove_question"),
    path("imports/", imports.list_imports, name="list_imports"),
    path("imports/new/", imports.check_import, name="check_import"),
    path("imports/<int:pk>/", imports.see_import, name="see_import"),
    path("imports/<int:pk>/confirm/", imports.confirm_import, name="confirm_import"),
    path("imports/<int:pk>/discard/", imports.discard_import, name="discard_import"),
    path("imports/<int:pk>/progress/", imports.follow_import, name="follow_import"),
]
