"""Letters leave as rows; a server that refuses, hangs up or is away loses none."""

import socket
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail as django_mail

from city import mail
from city.actions.mail import send_mail_again
from city.models import Entry, Mail
from city.refusals import NotAllowed, Stale
from tests.conftest import NOW, make_city


class Postbox:
    """What a real SMTP server was handed; `answers` are given to RCPT first, then everything is taken."""

    def __init__(self):
        self.letters, self.answers = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(envelope)
        return "250 OK"


@pytest.fixture
def postbox(settings):
    box = Postbox()
    with (
        socket.socket() as probe
    ):  # aiosmtpd greets itself on the port that it was told, so it must be told one
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_CONFIG = {"EMAIL_BACKEND": backend, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port}
    yield box
    controller.stop()


@pytest.fixture
def letter(city) -> Mail:
    return mail.queue_mail("ivy@testville.example", "Hello", "Dear Ivy, ä", event="", at=NOW)


def test_a_letter_leaves_once(postbox, letter):
    assert mail.deliver(letter.pk, NOW).status == "sent"
    assert mail.deliver(letter.pk, NOW) is None
    (envelope,) = postbox.letters
    assert envelope.rcpt_tos == ["ivy@testville.example"]
    assert b"Subject: Hello" in envelope.content


def test_a_letter_that_somebody_has_taken_is_left_to_them(letter):
    assert mail.claim(letter.pk, NOW)
    assert mail.claim(letter.pk, NOW + timedelta(seconds=119)) is None


def test_a_letter_whose_worker_died_is_taken_again_after_its_lease(postbox, letter):
    mail.claim(letter.pk, NOW)
    later = NOW + mail.LEASE
    assert list(Mail.objects.due(later)) == [letter]
    assert mail.deliver(letter.pk, later).status == "sent"


def test_a_server_that_is_away_is_tried_again_later_and_later(settings, letter):
    settings.EMAIL_CONFIG = settings.EMAIL_CONFIG | {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": 1}
    at, waits = NOW, []
    for _ in mail.BACK_OFF:
        tried = mail.deliver(letter.pk, at)
        assert tried.status == "waiting"
        assert "could not be reached" in tried.error
        waits.append(tried.not_before - at)
        assert mail.deliver(letter.pk, at) is None
        at = tried.not_before
    assert waits == mail.BACK_OFF
    assert mail.deliver(letter.pk, at).status == "failed"


def test_an_address_that_does_not_exist_fails_at_once_and_says_why(postbox, letter):
    postbox.answers = ["550 5.1.1 no such mailbox"]
    failed = mail.deliver(letter.pk, NOW)
    assert failed.status == "failed"
    assert "550" in failed.error
    assert "no such mailbox" in failed.error
    assert Entry.objects.get(verb="mail.failed").reason == failed.error


def test_a_mailbox_that_is_busy_is_tried_again(postbox, letter):
    postbox.answers = ["450 4.2.1 greylisted"]
    waiting = mail.deliver(letter.pk, NOW)
    assert waiting.status == "waiting"
    assert mail.deliver(letter.pk, waiting.not_before).status == "sent"


def test_a_failed_letter_is_sent_again_by_hand_once(postbox, letter, officer, staff):
    postbox.answers = ["550 no"]
    failed = mail.deliver(letter.pk, NOW)
    with pytest.raises(NotAllowed):
        send_mail_again(failed, by=staff, at=NOW)
    send_mail_again(failed, by=officer, at=NOW)
    with pytest.raises(Stale):
        send_mail_again(failed, by=officer, at=NOW)
    assert mail.deliver(letter.pk, NOW).status == "sent"


def test_the_letters_of_django_and_allauth_become_rows_too(settings, city):
    settings.EMAIL_BACKEND = "city.mail.Backend"
    django_mail.send_mail("Reset\tyour password", "text", None, ["a@x.example", "b@x.example"])
    assert sorted(Mail.objects.values_list("to", "subject", "status")) == [
        ("a@x.example", "Reset your password", "waiting"),
        ("b@x.example", "Reset your password", "waiting"),
    ]


def test_a_line_break_in_a_subject_adds_no_header(city):
    row = mail.queue_mail("a@x.example", "Hi\r\nBcc: all@x.example", "text", event="", at=NOW)
    assert row.subject == "Hi Bcc: all@x.example"


def test_the_demonstration_city_sends_nothing_and_shows_all(client, db, postbox):
    make_city(is_demonstration=True)
    row = mail.queue_mail("a@x.example", "Hi", "Open https://x.example/token", event="", at=NOW)
    assert row.status == "shown"
    assert mail.deliver(row.pk, NOW) is None
    assert postbox.letters == []
    page = client.get(f"/outbox/{row.pk}/").content.decode()
    assert 'href="https://x.example/token"' in page


def test_a_real_city_shows_the_text_of_no_letter(client, letter, administrator):
    assert client.get("/outbox/").status_code == 302
    client.force_login(administrator)
    page = client.get(f"/outbox/{letter.pk}/").content.decode()
    assert "Dear Ivy" not in page
    assert "ivy@testville.example" in page


def test_html_in_a_name_is_only_text_in_a_letter(officer):
    from city.actions.people import invite_user

    invite_user(email="x@testville.example", name="<b>O'Brien & Sons</b>", by=officer, at=NOW)
    assert "<b>O'Brien & Sons</b>" in Mail.objects.get().body
