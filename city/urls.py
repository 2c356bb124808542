"""Addresses of the city's own things. Each is named after its verb."""

from django.urls import path

from city.views import holidays, log, look, mail, offices, people, settings, typed

app_name = "city"

urlpatterns = [
    path("city.css", look.stylesheet, name="stylesheet"),
    path("city/seal.png", look.seal, name="seal"),
    path("set-up/", settings.set_up, name="set_up"),
    path("settings/", settings.change_city, name="change_city"),
    path("holidays/", holidays.list_holidays, name="list_holidays"),
    path("typed/", typed.send_typed, name="send_typed"),
    path("people/", people.list_people, name="list_people"),
    path("people/invite/", people.invite_user, name="invite_user"),
    path("people/<int:pk>/", people.see_person, name="see_person"),
    path("people/<int:pk>/change/", people.change_user, name="change_user"),
    path("people/<int:pk>/invitation/", people.send_invitation, name="send_invitation"),
    path("people/<int:pk>/give-role/", people.give_role, name="give_role"),
    path("people/<int:pk>/reactivate/", people.reactivate_user, name="reactivate_user"),
    path("people/<int:pk>/sign-out/", people.sign_out_everywhere, name="sign_out_everywhere"),
    path("grants/<int:pk>/end/", people.end_grant, name="end_grant"),
    path("invitations/<str:token>/", people.accept_invitation, name="accept_invitation"),
    path("offices/", offices.list_offices, name="list_offices"),
    path("offices/add/", offices.add_office, name="add_office"),
    path("offices/<int:pk>/", offices.see_office, name="see_office"),
    path("offices/<int:pk>/change/", offices.change_office, name="change_office"),
    path("offices/<int:pk>/close/", offices.close_office, name="close_office"),
    path("offices/<int:pk>/add-seat/", offices.add_seat, name="add_seat"),
    path("seats/<int:pk>/change/", offices.change_seat, name="change_seat"),
    path("seats/<int:pk>/record-term/", offices.record_term, name="record_term"),
    path("terms/<int:pk>/end/", offices.end_term, name="end_term"),
    path("log/", log.list_entries, name="list_entries"),
    path("outbox/", mail.outbox, name="outbox"),
    path("outbox/<int:pk>/", mail.see_mail, name="see_mail"),
    path("outbox/<int:pk>/send-again/", mail.send_mail_again, name="send_mail_again"),
]
