from django.urls import path

from elections.views import blackouts, candidacies, elections, incidents, rules

app_name = "elections"

urlpatterns = [
    path("elections/", elections.list_elections, name="list_elections"),
    path("elections/record/", elections.record_election, name="record_election"),
    path("elections/rules/", rules.list_rules, name="list_rules"),
    path("elections/rules/add/", rules.add_rule, name="add_rule"),
    path("elections/rules/load/", rules.load_rules, name="load_rules"),
    path("elections/<int:pk>/", elections.see_election, name="see_election"),
    path("elections/<int:pk>/circulation/", elections.set_circulation, name="set_circulation"),
    path("elections/<int:pk>/rules/<int:rule_pk>/confirm/", rules.confirm_rule, name="confirm_rule"),
    path("elections/<int:pk>/seats/record/", elections.record_seat_up, name="record_seat_up"),
    path("elections/<int:pk>/candidacies/record/", candidacies.record_candidacy, name="record_candidacy"),
    path("elections/seats/<int:pk>/primary/", elections.record_seat_primary, name="record_seat_primary"),
    path("candidacies/<int:pk>/", candidacies.see_candidacy, name="see_candidacy"),
    path("candidacies/<int:pk>/filing/", candidacies.record_filing, name="record_filing"),
    path("candidacies/<int:pk>/noncandidacy/", candidacies.record_noncandidacy, name="record_noncandidacy"),
    path("candidacies/<int:pk>/no-filing/", candidacies.record_no_filing, name="record_no_filing"),
    path("candidacies/<int:pk>/withdrawal/", candidacies.record_withdrawal, name="record_withdrawal"),
    path(
        "candidacies/<int:pk>/primary-result/",
        candidacies.record_primary_result,
        name="record_primary_result",
    ),
    path("candidacies/<int:pk>/dates/", candidacies.enter_dates, name="enter_dates"),
    path("blackouts/", blackouts.list_blackouts, name="list_blackouts"),
    path("blackouts/<int:pk>/", blackouts.explain_blackout, name="explain_blackout"),
    path("blackouts/<int:pk>/notice/", blackouts.blackout_notice, name="blackout_notice"),
    path("blackouts/<int:pk>/incidents/report/", incidents.report_incident, name="report_incident"),
    path("incidents/", incidents.list_incidents, name="list_incidents"),
    path("incidents/<int:pk>/", incidents.see_incident, name="see_incident"),
    path("incidents/<int:pk>/close/", incidents.close_incident, name="close_incident"),
]
