"""The demonstration city is whole, is never loaded over anything, and tells its secrets to no other city."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from accounts.models import Account, Request
from city.log import verify_entries, verify_seals
from city.models import City, Entry, User
from city.roles import Role
from comments.models import Appeal, Case, Measure
from config.demonstration import load
from config.demonstration.accounts import build_account
from config.demonstration.registry import ACCOUNTS
from elections.models import Blackout
from policies.models import Version
from posts.models import Dispatch, Post
from records.models import Record
from tests.conftest import make_city


@pytest.mark.usefixtures("demonstration")
def test_the_demonstration_has_every_role_every_state_and_eight_platforms():
    now = timezone.now()
    assert {role for user in User.objects.all() for role in user.roles_at(now)} == set(Role)
    assert Account.objects.count() >= 60
    assert set(Account.objects.values_list("status", flat=True)) == set(Account.Status.values)
    assert Account.objects.values("platform").distinct().count() >= 8
    assert set(Request.objects.values_list("status", flat=True)) >= {
        "draft",
        "submitted",
        "denied",
        "approved",
    }
    assert Account.objects.filter(connection__isnull=False).count() == sum(row.practice for row in ACCOUNTS)
    the_story_is_half_way(now)


def the_story_is_half_way(now):
    """Each role finds its turn: a draft to review, posts to approve, a block to second, an appeal to answer."""
    assert Version.objects.filter(status="in_review").count() == 1
    assert Version.objects.in_force(now).count() == 2
    assert set(Post.objects.values_list("status", flat=True)) >= {"published", "submitted", "draft"}
    sent = Dispatch.objects.filter(status="sent", account__isnull=False)
    assert sent.count() == 3
    for dispatch in sent:
        assert Record.objects.filter(platform_item_id=dispatch.platform_item_id).exists()
    assert set(Case.objects.values_list("status", flat=True)) >= {"waiting", "proposed", "closed"}
    assert not Measure.objects.exclude(status="done").exists()
    assert set(Appeal.objects.values_list("status", flat=True)) == {"received", "reversed"}
    assert Blackout.objects.count() == 6
    assert Blackout.objects.filter(status="released").count() == 1
    assert list(verify_entries()) == []
    assert list(verify_seals()) == []


@pytest.mark.usefixtures("demonstration")
def test_loading_twice_changes_nothing_and_the_secrets_open_the_door(client, practice_url):
    entries = Entry.objects.count()
    load.load_demonstration(now=timezone.now(), practice_url=practice_url, progress=lambda done, of: None)
    assert Entry.objects.count() == entries

    code = StringIO()
    call_command("demo_code", "officer", stdout=code)
    page = client.get(reverse("demonstration"))
    assert code.getvalue().strip() in page.content.decode()
    told = StringIO()
    call_command("demo_people", stdout=told)
    assert "officer@marlowbay.example" in told.getvalue()


def test_a_load_that_was_broken_off_goes_on_where_it_stopped(
    transactional_db, practice_url, quick_passwords, monkeypatch
):
    built = []

    def build_a_few(row, **more):
        if len(built) == 5:
            raise KeyboardInterrupt
        built.append(row)
        build_account(row, **more)

    monkeypatch.setattr("config.demonstration.accounts.build_account", build_a_few)
    with pytest.raises(KeyboardInterrupt):
        load.load_demonstration(now=timezone.now(), practice_url=practice_url, progress=lambda done, of: None)
    monkeypatch.undo()
    load.load_demonstration(now=timezone.now(), practice_url=practice_url, progress=lambda done, of: None)
    assert Account.objects.filter(handle__in=[row.handle for row in ACCOUNTS]).count() >= len(ACCOUNTS)
    assert Account.objects.filter(handle=ACCOUNTS[0].handle).count() == 1


def test_the_demonstration_is_never_loaded_over_a_real_city(city, practice_url):
    with pytest.raises(load.NotEmpty):
        load.load_demonstration(now=timezone.now(), practice_url=practice_url, progress=lambda done, of: None)
    assert not City.objects.get().is_demonstration


def test_the_demonstration_is_never_loaded_over_a_set_up_that_has_begun(db, practice_url):
    User.objects.create_user("first@testville.example", name="First", joined_at=timezone.now())
    with pytest.raises(load.NotEmpty):
        load.load_demonstration(now=timezone.now(), practice_url=practice_url, progress=lambda done, of: None)


def test_no_other_city_tells_its_second_factors(db, client):
    make_city()
    assert client.get(reverse("demonstration")).status_code == 404
    for command in (["demo_code", "officer"], ["demo_people"]):
        with pytest.raises(CommandError, match="not the demonstration city"):
            call_command(*command)
