"""A new city is told what to do first, until it is done; the right people only."""

from django.urls import reverse

from config.first_steps import first_steps
from tests.conftest import NOW, make_office


def test_a_new_city_shows_its_administrator_the_first_steps(client, administrator):
    client.force_login(administrator)
    page = client.get(reverse("home"))
    assert b"First steps" in page.content
    assert [step.done for step in first_steps(administrator, NOW)] == [False] * 5
    make_office()
    assert first_steps(administrator, NOW)[0].done


def test_others_are_not_told_what_they_cannot_do(staff):
    assert first_steps(staff, NOW) == []
