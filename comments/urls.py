"""Addresses about comments. Under /decisions/ and /appeals/ everybody reads; the others are the staff's."""

from django.urls import path

from comments.api import api_urls
from comments.views import appeals, blocks, case, decide, public, queue, setup

app_name = "comments"

urlpatterns = [
    path("decisions/", public.list_decisions, name="list_decisions"),
    path("decisions/<str:reference>/", public.see_decision, name="see_decision"),
    path("appeals/", public.submit_statement, name="submit_statement"),
    path("appeals/<str:token>/", public.see_statement, name="see_statement"),
    path("api/decisions/", api_urls()),
    path("comments/", queue.list_cases, name="list_cases"),
    path("comments/rules/", setup.see_setup, name="see_setup"),
    path("comments/rules/procedure/", setup.choose_procedure, name="choose_procedure"),
    path("comments/rules/words/<slug:kind>/", setup.change_word_list, name="change_word_list"),
    path("comments/<int:pk>/", case.see_case, name="see_case"),
    path("comments/<int:pk>/claim/", case.claim_case, name="claim_case"),
    path("comments/<int:pk>/release/", case.release_case, name="release_case"),
    path("comments/<int:pk>/flag/", case.flag_comment, name="flag_comment"),
    path("comments/<int:pk>/decide/", decide.decide_case, name="decide_case"),
    path("comments/<int:pk>/propose-block/", decide.propose_block, name="propose_block"),
    path("comments/<int:pk>/second-block/", decide.second_block, name="second_block"),
    path("comments/<int:pk>/refuse-block/", decide.refuse_block, name="refuse_block"),
    path("measures/<int:pk>/retry/", case.retry_measure, name="retry_measure"),
    path("measures/<int:pk>/drop/", case.drop_measure, name="drop_measure"),
    path("blocks/", blocks.list_blocks, name="list_blocks"),
    path("blocks/<int:pk>/lift/", blocks.lift_block, name="lift_block"),
    path("blocks/<int:pk>/read-again/", blocks.read_block_again, name="read_block_again"),
    path("appeal-desk/", appeals.list_appeals, name="list_appeals"),
    path("appeal-desk/<int:pk>/", appeals.see_appeal, name="see_appeal"),
    path("appeal-desk/<int:pk>/decide/", appeals.decide_appeal, name="decide_appeal"),
    path("appeal-desk/statements/", appeals.list_statements, name="list_statements"),
    path("appeal-desk/statements/<int:pk>/", appeals.read_statement, name="read_statement"),
    path("appeal-desk/statements/<int:pk>/match/", appeals.match_statement, name="match_statement"),
    path(
        "appeal-desk/statements/<int:pk>/set-aside/", appeals.set_aside_statement, name="set_aside_statement"
    ),
]
