"""Forms of a request, made from the questions as they were asked; and the form by which the officer changes them."""

from typing import Any

from django import forms
from django.db.models import Q

from accounts.actions.requests import longest_answer
from accounts.models import Account, Ask, Platform, Question, Request
from accounts.request_rules import is_required
from city.models import Office, User
from city.offers import offer_choices, offer_rows
from city.roles import Role
from city.widgets import DateInput


class DraftRequestForm(forms.Form):
    """Where a request begins: what is asked for, and for whom."""

    use_required_attribute = False

    ask = forms.ChoiceField(
        label="What do you ask for?", choices=Ask.choices, widget=forms.RadioSelect, initial=Ask.NEW
    )
    office = forms.ModelChoiceField(Office.objects.none(), label="Office", help_text="For a new account.")
    about = forms.ModelChoiceField(
        Account.objects.none(),
        label="Which account?",
        help_text="For everything but a new account.",
        empty_label="None of them: a new one",
    )

    def __init__(self, *arguments, offices, **named):
        super().__init__(*arguments, **named)
        offer_rows(self, "office", offices)
        accounts = Account.objects.filter(office__in=offices).exclude(status=Account.Status.RETIRED)
        offer_rows(self, "about", accounts.select_related("platform"))
        if len(offices) == 1:
            self.fields["office"].initial = offices[0]

    def full_clean(self):
        """One of the two is needed, so that neither is called optional; which of them, the action says."""
        self.fields["office"].required = self.fields["about"].required = False
        super().full_clean()
        self.fields["office"].required = self.fields["about"].required = True


class StepForm(forms.Form):
    """One step of a request. A draft may have gaps, so nothing is refused for being empty here."""

    use_required_attribute = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data, *, wish: Request, questions: list[Question]):
        super().__init__(data, initial={"version": wish.version})
        answers = wish.plain_answers()
        self.needed = {question.key: _needed(question, answers) for question in questions}
        for question in questions:
            self.fields[question.key] = field_for(question)
            self.initial[question.key] = initial_of(wish, question)
        self._need(self.needed)

    def _need(self, needed: dict[str, bool]) -> None:
        for key in self.needed:
            self.fields[key].required = needed.get(key, False)

    def full_clean(self):
        """What submitting needs is not called optional, and yet an empty answer is saved."""
        self._need({})
        super().full_clean()
        self._need(self.needed)

    @property
    def answers(self) -> dict[str, Any]:
        """What the action takes."""
        return {key: value for key, value in self.cleaned_data.items() if key != "version"}


def _needed(question: Question, answers: dict[str, str]) -> bool:
    return bool(question.required_when) or is_required(question, answers)


def field_for(question: Question) -> forms.Field:
    """The field that takes the answer to a question."""
    kind = question.kind
    told: dict[str, Any] = {"label": question.label, "help_text": question.help}
    longest = longest_answer(question.key, question)
    if question.key == "kind":
        return forms.ChoiceField(choices=Account.Kind.choices, **told)
    if question.key == "criterion":
        return forms.ChoiceField(choices=Request.Criterion.choices, widget=forms.RadioSelect, **told)
    if kind == Question.Kind.PLATFORM:
        return forms.ModelChoiceField(Platform.objects.all(), empty_label="Choose one", **told)
    if kind == Question.Kind.PERSON:
        return forms.ModelChoiceField(User.objects.filter(is_active=True), empty_label="Choose one", **told)
    if kind == Question.Kind.CHOICE:
        return forms.ChoiceField(choices=question.choices, widget=forms.RadioSelect, **told)
    if kind == Question.Kind.CONFIRM:
        return forms.BooleanField(**told)
    if kind == Question.Kind.NUMBER:
        return forms.DecimalField(min_value=0, max_value=100_000, decimal_places=1, **told)
    if kind == Question.Kind.DATE:
        return forms.DateField(widget=DateInput, **told)
    if kind == Question.Kind.ADDRESS:
        return forms.URLField(max_length=longest, assume_scheme="https", **told)
    if kind == Question.Kind.EMAIL:
        return forms.CharField(max_length=254, **told)
    if kind == Question.Kind.LONG:
        return forms.CharField(max_length=longest, widget=forms.Textarea(attrs={"rows": 4}), **told)
    return forms.CharField(max_length=longest, **told)


def initial_of(wish: Request, question: Question) -> Any:
    value = wish.value(question.key)
    return value == "yes" if question.kind == Question.Kind.CONFIRM else value


class ReviewRequestForm(forms.Form):
    """What a reviewer says; the officer can only ask for changes here, and decides by acts of their own."""

    verdict = forms.ChoiceField(
        label="What do you say to it?",
        choices=[
            ("agreed", "I agree"),
            ("changes", "Something must be changed first"),
            ("objected", "I object: it should not be approved"),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="Comment",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed unless you agree. Whoever asked reads it, and it stays in the history.",
    )

    def __init__(self, *arguments, role: str, **named):
        super().__init__(*arguments, **named)
        if role == Role.OFFICER:
            self.fields["verdict"] = forms.ChoiceField(
                choices=[("changes", "")], widget=forms.HiddenInput, initial="changes"
            )
            self.fields["comment"].label = "What must be changed?"
            self.fields["comment"].help_text = "Whoever asked reads it, and answers."


class SubmitRequestForm(forms.Form):
    """Sending it; a request that was given back says what has been done."""

    note = forms.CharField(
        label="What have you changed, or why not?",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The reviewers read it.",
    )


class ReconsiderRequestForm(forms.Form):
    answer = forms.CharField(
        label="What did the decision not take into account?",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class QuestionForm(forms.ModelForm):
    """A question of the draft, in words that an officer writes: one answer a line, dependence as two fields."""

    asks = forms.MultipleChoiceField(
        label="Asked for", choices=Ask.choices, widget=forms.CheckboxSelectMultiple
    )
    options = forms.CharField(
        label="Answers to choose from",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line. Only for a question with several answers.",
    )
    depends_on = forms.ChoiceField(
        label="Must also be answered when this question …",
        required=False,
        help_text="Leave empty if it does not depend on another.",
    )
    depends_answer = forms.CharField(label="… is answered with", required=False, max_length=160)
    attorney_when = forms.CharField(
        label="Answers that call for the City Attorney",
        required=False,
        max_length=500,
        help_text="Written as above, with commas between them.",
    )
    reviewers = forms.MultipleChoiceField(
        label="Whose review reads the answer",
        required=False,
        choices=[(role.value, role.label) for role in Question.REVIEWERS],
        widget=forms.CheckboxSelectMultiple,
        help_text="The Social Media Officer reads all.",
    )

    class Meta:
        model = Question
        fields = ["label", "help", "step", "position", "kind", "asks", "options", "required", "reviewers"]
        widgets = {"label": forms.Textarea(attrs={"rows": 2}), "help": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"position": "A lower number comes first.", "step": "A new name makes a new part."}

    field_order = [
        "label", "help", "step", "position", "kind", "options", "asks", "required", "depends_on", "depends_answer",
        "reviewers", "attorney_when",
    ]  # fmt: skip

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        question = self.instance
        offer_choices(self, "kind", [(kind.value, kind.label) for kind in Question.FREE_KINDS])
        others = Question.objects.filter(set=question.set).filter(Q(kind="choice") | Q(key="kind"))
        others = others.exclude(pk=question.pk)
        offer_choices(
            self, "depends_on", [("", "No other question"), *((one.key, one.label) for one in others)]
        )
        self.initial["options"] = "\n".join(str(words) for _, words in question.choices)
        self.initial["attorney_when"] = ", ".join(said(question, question.attorney_when))
        for key, values in question.required_when.items():
            self.initial["depends_on"], self.initial["depends_answer"] = key, ", ".join(values)
        if question.key in Request.COLUMNS:
            for name in ("kind", "asks", "options", "required", "depends_on", "depends_answer"):
                del self.fields[name]

    def clean(self):
        values = super().clean() or {}
        if "options" in self.fields:
            kept = {str(words): value for value, words in self.instance.choices}
            lines = [line.strip() for line in (values.pop("options", "") or "").splitlines() if line.strip()]
            values["choices"] = [[kept.get(line, line[:40].lower()), line] for line in lines]
            on, answer = values.pop("depends_on", ""), values.pop("depends_answer", "") or ""
            values["required_when"] = {on: _listed(answer)} if on and answer else {}
            if on and not answer:
                self.add_error("depends_answer", "Write the answer that makes it necessary.")
        choices = values.get("choices", self.instance.choices)
        by_words = {str(words).lower(): value for value, words in choices}
        values["attorney_when"] = [
            by_words.get(word.lower(), word) for word in _listed(values.get("attorney_when") or "")
        ]
        return values

    def _post_clean(self):
        """The action saves, under its own rules."""


def said(question: Question, values: list[str]) -> list[str]:
    words = {str(value): str(words) for value, words in question.choices}
    return [words.get(value, value) for value in values]


def _listed(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
