"""City settings and set-up: what is refused, and that nobody without the server's token begins."""

import struct

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from city.actions import city as actions
from city.models import City, Entry, User
from city.presets import PRESETS
from city.refusals import NotAllowed, Refusal
from city.roles import Role
from city.rules import contrast
from tests.conftest import NOW, make_city, make_user

PASSWORD = "correct horse battery staple"
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + b"IHDR"
    + struct.pack(">II", 64, 64)
    + b"\x08\x06\0\0\0"
    + b"\0" * 8
)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    """Worked examples of WCAG 2.1's own checkers: #767676 is the palest grey that passes on white."""
    assert round(contrast(one, other), 2) == ratio


def test_a_colour_on_which_white_cannot_be_read_is_refused_beside_its_field(city, officer):
    with pytest.raises(actions.NotReadable) as refusal:
        actions.change_city(city, by=officer, at=NOW, primary_colour="#777777")
    assert refusal.value.field == "primary_colour"
    actions.change_city(city, by=officer, at=NOW, primary_colour="#767676")


@pytest.mark.parametrize(
    ("seal", "why"),
    [
        (b"GIF89a" + b"\0" * 100, "not a PNG"),
        (b"<svg onload='alert(1)'/>" + b" " * 100, "not a PNG"),
        (PNG + b"\0" * 200_000, "at most 200 kB"),
        (PNG.replace(struct.pack(">II", 64, 64), struct.pack(">II", 65_000, 2)), "pixels"),
        (PNG[:20], "not a PNG"),
    ],
)
def test_a_seal_is_a_small_png_whatever_its_file_is_called(city, officer, seal, why):
    with pytest.raises(Refusal, match=why) as refusal:
        actions.change_city(city, by=officer, at=NOW, seal=seal, seal_alt="Seal")
    assert refusal.value.field == "seal_file"


def test_a_seal_is_described_for_who_cannot_see_it(city, officer):
    with pytest.raises(Refusal) as refusal:
        actions.change_city(city, by=officer, at=NOW, seal=PNG)
    assert refusal.value.field == "seal_alt"
    actions.change_city(city, by=officer, at=NOW, seal=PNG, seal_alt="A heron over water")


def test_colours_are_served_as_a_sheet_and_asked_for_once(client, officer, city):
    actions.change_city(city, by=officer, at=NOW, primary_colour="#123456")
    first = client.get("/city.css")
    assert b"--city-primary: #123456" in first.content
    assert client.get("/city.css", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    actions.change_city(city, by=officer, at=NOW, primary_colour="#654321")
    assert client.get("/city.css", HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 200


def test_the_clerk_does_not_change_settings(city, clerk):
    with pytest.raises(NotAllowed):
        actions.change_city(city, by=clerk, at=NOW, name="Clerkville")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)
def test_every_preset_makes_a_city(db, preset):
    administrator = make_user("Ada", Role.ADMINISTRATOR)
    values = {"name": "X", "population": 1, "website_url": "https://x.example"} | preset.values
    city = actions.set_up_city(by=administrator, at=NOW, preset=preset.slug, **values)
    city.full_clean(exclude=["seal"])


def test_what_changed_is_told(city, officer):
    actions.change_city(city, by=officer, at=NOW, alder_word="alderperson", name=city.name)
    assert Entry.objects.get().data == {"fields": ["alder_word"]}


# -- set-up ------------------------------------------------------------------------------------------


@pytest.fixture
def token(db, settings, tmp_path) -> str:
    settings.VAR = tmp_path
    return actions.setup_token()


def begin(client, token: str, **changes):
    values = {"token": token, "name": "Ada First", "email": "Ada@First.example", "password": PASSWORD}
    return client.post("/set-up/", values | changes)


def city_values(**changes) -> dict:
    fields = {
        "name": "Newtown",
        "population": "9000",
        "website_url": "https://newtown.example",
        "state": "wi",
    }
    look = {"primary_colour": "#1a4480", "accent_colour": "#005ea2", "time_zone": "America/Chicago"}
    words = {
        "alder_word": "alder",
        "alders_word": "alders",
        "district_word": "ward",
        "districts_word": "wards",
    }
    rules = {"council_word": "Council", "seats_count": "9", "quorum": "majority", "blackout_mode": "hard"}
    return fields | look | words | rules | changes


def test_the_walk_from_nothing_to_a_city(client, token):
    assert client.get("/").headers["Location"] == "/set-up/"
    assert begin(client, token).status_code == 302
    assert "Make this the city" in client.get("/set-up/?preset=minneapolis").content.decode()
    assert client.post("/set-up/?preset=minneapolis", city_values()).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/sign-in/2fa/"
    city, ada = City.objects.get(), User.objects.get()
    assert (city.name, city.state, city.preset) == ("Newtown", "WI", "minneapolis")
    assert ada.has_role(Role.ADMINISTRATOR, at=city.set_up_at)
    assert not Authenticator.objects.exists()
    verbs = [entry.verb for entry in Entry.objects.order_by("number")]
    assert verbs.count("city.set_up") == 1
    assert set(verbs) == {"city.set_up", "platform.added", "questions.adopted", "rule.added"}


def test_without_the_servers_token_nobody_begins(client, token):
    for wrong in ("", "x", token[:-1], token + "a", "é"):
        page = begin(client, wrong).content.decode()
        assert "Ada First" in page, "what was typed is kept"
    assert not User.objects.exists()


def test_who_broke_off_half_way_begins_again_with_the_token(client, token):
    begin(client, token)
    client.logout()
    assert begin(client, token).status_code == 302
    assert User.objects.count() == 1
    assert "Make this the city" in client.get("/set-up/").content.decode()


def test_a_wrong_value_leaves_no_half_a_city(client, token):
    begin(client, token)
    page = client.post("/set-up/", city_values(primary_colour="#ffff00")).content.decode()
    assert "cannot be read well" in page
    assert "Newtown" in page
    assert not City.objects.exists()


def test_a_city_is_set_up_once(client, token):
    make_city()
    assert client.get("/set-up/").headers["Location"] == "/"
    begin(client, token)
    assert not User.objects.exists()
    with pytest.raises(CommandError):
        call_command("setup_token")


def test_the_token_is_for_the_servers_owner_only(token, capsys):
    call_command("setup_token")
    assert capsys.readouterr().out.strip() == token
    assert actions.setup_token_file().stat().st_mode & 0o77 == 0


def test_the_clerk_adds_a_day_on_which_the_city_is_closed_and_everybody_can_look_it_up(client, clerk, staff):
    client.force_login(clerk)
    typed = {"on": "2026-12-24", "name": "City Hall closed by the Mayor"}
    assert client.post("/holidays/", typed).status_code == 302
    again = client.post("/holidays/", typed)
    assert "This day has been added already." in again.text
    assert "City Hall closed by the Mayor" in again.text
    client.force_login(staff)
    page = client.get("/holidays/").text
    assert "Thu Dec 24, 2026" in page
    assert "Added by Clara Clerk" in page
    assert "Add this day" not in page
    assert client.post("/holidays/", typed).status_code == 403
