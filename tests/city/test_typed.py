"""A form that is sent after the session ended is not done, and not lost."""

import pytest
from django.urls import reverse

from city.models import Office
from tests.conftest import CityClient, make_user

FORM = {"kind": "department", "name": "Harbor Office", "custodian_position": "Clerk", "secret": "hush"}


@pytest.fixture
def ended(officer):
    """The browser of an officer whose session has ended."""
    client = CityClient()
    client.force_login(officer)
    client.get(reverse("home"))
    client.session.flush()
    return client


def test_what_was_typed_waits_until_the_person_has_signed_in_again(ended, officer):
    answer = ended.post(reverse("city:add_office"), FORM)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))
    assert not Office.objects.filter(name="Harbor Office").exists()
    kept = ended.session["typed"]
    ended.force_login(officer)
    session = ended.session
    session["typed"] = kept
    session.save()
    page = ended.get(reverse("city:send_typed"))
    assert b"Harbor Office" in page.content
    assert b"hush" not in page.content
    ended.post(kept["path"], dict(kept["fields"]))
    assert Office.objects.filter(name="Harbor Office").exists()
    assert "typed" not in ended.session


def test_what_somebody_else_typed_is_shown_to_nobody(ended):
    ended.post(reverse("city:add_office"), FORM)
    kept = ended.session["typed"]
    ended.force_login(make_user("Olaf Other", "officer"))
    session = ended.session
    session["typed"] = kept
    session.save()
    page = ended.get(reverse("city:send_typed"), follow=True)
    assert b"Harbor Office" not in page.content
    assert "typed" not in ended.session


def test_a_form_from_a_browser_in_which_nobody_worked_is_not_kept(city):
    stranger = CityClient()
    assert stranger.post(reverse("city:add_office"), FORM).status_code == 302
    assert "typed" not in stranger.session


def test_it_can_be_thrown_away(ended, officer):
    ended.post(reverse("city:add_office"), FORM)
    kept = ended.session["typed"]
    ended.force_login(officer)
    session = ended.session
    session["typed"] = kept
    session.save()
    ended.post(reverse("city:send_typed"))
    assert "typed" not in ended.session
    assert not Office.objects.filter(name="Harbor Office").exists()
