"""Forms for posts: the composer, and the few words that an act asks for."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from accounts.models import Account
from accounts.platforms import MODULES
from city.models import City, Office
from city.offers import offer_choices, offer_rows
from city.times import told
from city.widgets import DateTimeInput
from posts import rules
from posts.models import Media, Post, Revision
from records.models import Record

PLACES = (1, 2, 3, 4)
NO_RECORD = "No record has this number or address. Copy it from the record’s page in the archive."


def city_zone() -> str:
    return City.objects.values_list("time_zone", flat=True).get()


class LocalTimeField(forms.CharField):
    """A date and time on the city's clocks, as typed; `TimeForm` says which instant it is."""

    widget = DateTimeInput

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        for form in ("%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"):
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the city's, and is looked at below
            except ValueError:
                continue
        raise forms.ValidationError("Write date and time like 2026-12-01 09:00.")

    def prepare_value(self, value):
        if isinstance(value, datetime) and timezone.is_aware(value):
            value = value.astimezone(ZoneInfo(city_zone())).replace(tzinfo=None)
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


class TimeForm(forms.Form):
    """Turns what the clocks show into an instant; refuses a time that is skipped, asks which of two is meant."""

    def clean_time(self, naive: datetime | None, which: str) -> datetime | None:
        if naive is None:
            return None
        instants = rules.instants_of(naive, city_zone()).instants
        if not instants:
            words = (
                "The clocks skip this time on that day (summer time begins). Choose an hour earlier or later."
            )
            self.add_error("scheduled_for", words)
            return None
        if len(instants) == 2 and which not in ("1", "2"):
            choices = [(str(n), told(instant)) for n, instant in enumerate(instants, start=1)]
            offer_choices(self, "which", choices)
            self.fields["which"].widget = forms.RadioSelect(choices=choices)
            self.add_error(
                "which", "The clocks show this time twice on that day (summer time ends). Choose one."
            )
            return None
        return instants[int(which) - 1] if len(instants) == 2 else instants[0]


class WhichField(forms.ChoiceField):
    """Which of two instants is meant; hidden until the time that was typed has two."""

    def __init__(self, **kwargs):
        super().__init__(
            label="Which of the two?", choices=[("", ""), ("1", "First"), ("2", "Second")], required=False,
            widget=forms.HiddenInput, **kwargs,
        )  # fmt: skip


class ArchivedField(forms.CharField):
    """A record of the archive, named by its number or by the address of its page."""

    def clean(self, value: Any) -> Record | None:
        text = super().clean(value).strip()
        if not text:
            return None
        named = re.fullmatch(r"(?:.*/records/)?(\d{1,18})/?", text)
        record = Record.objects.filter(pk=int(named[1])).first() if named else None
        if record is None:
            raise forms.ValidationError(NO_RECORD)
        return record


class ComposePostForm(TimeForm):
    """The composer. Pictures stand in four places, each with the words for those who cannot see it."""

    text = forms.CharField(
        label="What is to be said", widget=forms.Textarea(attrs={"rows": 7}), max_length=5000,
        error_messages={"required": "Write what is to be said."},
    )  # fmt: skip
    link = forms.URLField(
        label="Page on the city’s website that it leads to",
        required=False,
        assume_scheme="https",
        help_text="Empty: it leads to this post on the city’s website.",
    )
    targets = forms.ModelMultipleChoiceField(
        Account.objects.none(), label="Networks", required=False, widget=forms.CheckboxSelectMultiple
    )
    scheduled_for = LocalTimeField(
        label="Date and time",
        required=False,
        help_text="On the city’s clocks. Empty: somebody publishes it by hand after approval.",
    )
    which = WhichField()
    exemption = forms.ChoiceField(
        label="Why it may be said while the office must be silent",
        choices=Revision.Exemption.choices,
        initial=Revision.Exemption.NONE,
        required=False,
    )
    record = ArchivedField(
        label="The constituent’s message, as archived",
        required=False,
        help_text="The address of its page in the archive, or its number. It is kept as the evidence.",
    )
    message = forms.CharField(
        label="Or the message itself, if it came another way", widget=forms.Textarea(attrs={"rows": 3}),
        required=False, help_text="Kept as the evidence, not published.", max_length=10_000,
    )  # fmt: skip
    citation = forms.CharField(
        label="Law, ordinance, resolution or declaration that it carries out", required=False, max_length=300
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, office: Office, **kwargs):
        super().__init__(*args, **kwargs)
        modules = [name for name, module in MODULES.items() if "publish" in module.can]
        self.offered = (
            Account.objects.active()
            .filter(office=office, connection__isnull=False, platform__module__in=modules)
            .select_related("platform", "connection", "office")
        )
        offer_rows(self, "targets", self.offered)
        self.office = office
        self.modules = modules
        for place in PLACES:
            self.fields[f"media_{place}"] = forms.CharField(widget=forms.HiddenInput, required=False)
            self.fields[f"picture_{place}"] = forms.FileField(
                label=f"Picture {place}", required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
            )
            self.fields[f"alt_{place}"] = forms.CharField(
                label=f"Description of picture {place}", required=False, max_length=5000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="What somebody who cannot see it needs to know.",
            )  # fmt: skip
            self.fields[f"remove_{place}"] = forms.BooleanField(
                label=f"Take picture {place} away", required=False
            )

    def left_out(self):
        """The office's other active accounts, each with why nothing can be sent there."""
        rows = Account.objects.active().filter(office=self.office).exclude(pk__in=self.offered.values("pk"))
        for account in rows.select_related("platform").order_by("pk"):
            known = account.platform.module in self.modules
            why = "it is not connected" if known else f"Rostrum cannot post to {account.platform} yet"
            yield f"{account} is not offered: {why}."

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if "scheduled_for" in values:
            values["scheduled_for"] = self.clean_time(values["scheduled_for"], values.get("which") or "")
        return values

    def slots(self):
        """The places for pictures, each with its fields and the picture that is there already."""
        names = [self[f"media_{place}"].value() or "" for place in PLACES]
        kept = Media.objects.in_bulk([name for name in names if name])
        for place, name in zip(PLACES, names, strict=True):
            yield {
                "place": place,
                "media": kept.get(name),
                "hidden": self[f"media_{place}"],
                "picture": self[f"picture_{place}"],
                "alt": self[f"alt_{place}"],
                "remove": self[f"remove_{place}"],
            }


def initial_of(post: Post) -> dict:
    """What the composer shows of a saved post."""
    revision = post.revision
    values = {
        "text": revision.text,
        "link": revision.link,
        "targets": revision.targets,
        "exemption": revision.exemption,
        "message": revision.message,
        "record": revision.record_id,
        "citation": revision.citation,
        "scheduled_for": post.scheduled_for,
        "seen": revision.number,
    }
    for picture in revision.pictures.all():
        values |= {f"media_{picture.place}": picture.media_id, f"alt_{picture.place}": picture.alt}
    return values


class SchedulePostForm(TimeForm):
    scheduled_for = LocalTimeField(label="Date and time", help_text="On the city’s clocks.")
    which = WhichField()

    def clean(self):
        super().clean()
        values = self.cleaned_data
        if values.get("scheduled_for"):
            values["scheduled_for"] = self.clean_time(values["scheduled_for"], values.get("which") or "")
        return values


class ApprovePostForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)


class ReturnPostForm(ApprovePostForm):
    reasons = forms.CharField(
        label="What should be changed", widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page says what will happen."""


class PostFilters(forms.Form):
    q = forms.CharField(label="Words", required=False, max_length=200)
    status = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *Post.Status.choices])
    delivery = forms.ChoiceField(
        label="Delivery",
        required=False,
        choices=[
            ("", "All"),
            ("failed", "Failed"),
            ("parked", "Parked"),
            ("refused", "Refused"),
            ("late", "Late"),
        ],
    )
    office = forms.ModelChoiceField(Office.objects.all(), label="Office", required=False, empty_label="All")
    waits = forms.ChoiceField(
        label="Waits",
        required=False,
        choices=[("", "All"), ("me", "For my approval"), ("soon", "Due within a day, not approved")],
    )
