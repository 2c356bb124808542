"""The first version of the questions: the union of what other cities' request forms ask (DOMAIN 8).

The City of Madison's criteria (APM), Milwaukee's strategy plan and the audits of Lexington and Denver stand behind
them. A city changes words, order and rules in the application; the keys that a column of the request has are fixed.
"""

from typing import Any

from accounts.models.question import Ask, Question
from city.roles import Role

_KIND = Question.Kind
_HEAD, _CIO, _ATTORNEY = Role.HEAD.value, Role.CIO.value, Role.ATTORNEY.value
_ALL = [ask.value for ask in Ask]
_NEW, _PURPOSE, _AGAIN, _CLOSE = Ask.NEW.value, Ask.PURPOSE.value, Ask.REACTIVATE.value, Ask.CLOSE.value
_YES_NO = [["yes", "Yes"], ["no", "No"]]


def _ask(
    key: str, kind: Question.Kind, label: str, hint: str = "", *asks: str, **rest: Any
) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind.value,
        "label": label,
        "help": hint,
        "asks": list(asks or (_NEW,)),
        **rest,
    }


_STEPS: list[tuple[str, list[dict[str, Any]]]] = [
    (
        "The account",
        [
            _ask("platform", _KIND.PLATFORM, "On which platform?", "", reviewers=[_CIO]),
            _ask("kind", _KIND.CHOICE, "What kind of account is it?", "A department’s own account is the rule.",
                 _NEW, _PURPOSE, reviewers=[_HEAD]),
            _ask("name", _KIND.SHORT, "Display name", "As people will see it, for example “Testville Parks”.",
                 reviewers=[_HEAD]),
            _ask("handle", _KIND.SHORT, "Proposed handle", "Without @."),
            _ask("short_description", _KIND.SHORT, "What the account says about itself",
                 "One or two lines for its profile."),
            _ask("official_page", _KIND.ADDRESS, "Page of the city’s website that it links to",
                 "The website is the repository; the account leads there."),
            _ask("branding", _KIND.LONG, "Picture and branding",
                 "Which logo, picture and colours, and who makes them.", required=False),
        ],
    ),
    (
        "Why",
        [
            _ask("reason", _KIND.LONG, "Why now?", "Whoever decides, and later the archive, will ask.",
                 _AGAIN, _CLOSE, reviewers=[_HEAD, _CIO]),
            _ask("criterion", _KIND.CHOICE, "Which permitted use is it?", "The policy permits these three.",
                 _NEW, _PURPOSE, reviewers=[_HEAD, _ATTORNEY]),
            _ask("purpose", _KIND.LONG, "What is the account for?", "What will be posted there.",
                 _NEW, _PURPOSE, reviewers=[_HEAD, _CIO, _ATTORNEY]),
            _ask("why_not_department", _KIND.LONG, "Why will the department’s own account not do?",
                 "Asked for a programme or campaign: its account must be tended when the programme is over.",
                 _NEW, _PURPOSE, required=False, required_when={"kind": ["programme"]}, reviewers=[_HEAD]),
        ],
    ),
    (
        "Audience",
        [
            _ask("audience", _KIND.SHORT, "Whom is it to reach?", "As closely as you can: “teenagers who look for work”.",
                 _NEW, _PURPOSE, reviewers=[_HEAD]),
            _ask("reached_today", _KIND.LONG, "How does the city reach these people today?",
                 "Other accounts, letters, the website, meetings."),
            _ask("why_new", _KIND.LONG, "Why will an existing account not do?",
                 "Needed when your office already has an account on this platform.", required=False,
                 reviewers=[_HEAD]),
            _ask("followers_told", _KIND.LONG, "How are its followers told, and where are they sent?", "", _CLOSE,
                 reviewers=[_HEAD]),
            _ask("closing_on", _KIND.DATE, "From when is it not needed any more?",
                 "Closing takes four weeks of notices.", _CLOSE),
        ],
    ),
    (
        "People",
        [
            _ask("supervisor", _KIND.SHORT, "Supervisor who has agreed", "Name and job title."),
            _ask("generic_email", _KIND.EMAIL, "Shared e-mail address",
                 "One that several people read. The account is registered under it.", reviewers=[_CIO]),
            _ask("primary_administrator", _KIND.PERSON, "First administrator", "Answers for the account.",
                 reviewers=[_HEAD, _CIO]),
            _ask("backup_administrator", _KIND.PERSON, "Second administrator",
                 "Can act when the first is away.", reviewers=[_HEAD, _CIO]),
            _ask("duties", _KIND.LONG, "Who does what?", "Duties of each, as their job descriptions will say.",
                 _NEW, _AGAIN, reviewers=[_HEAD]),
            _ask("hours_per_week", _KIND.NUMBER, "Hours a week, all people together", "", _NEW, _AGAIN,
                 reviewers=[_HEAD]),
            _ask("successor", _KIND.SHORT, "Who takes over when they leave?", "A position rather than a name."),
            _ask("contractor", _KIND.CHOICE, "Will a contractor have access?", "", choices=_YES_NO,
                 attorney_when=["yes"], reviewers=[_CIO, _ATTORNEY]),
        ],
    ),
    (
        "Strategy",
        [
            _ask("goals", _KIND.LONG, "Goals", "Each tied to the work of your office.", _NEW, _PURPOSE,
                 reviewers=[_HEAD]),
            _ask("measures", _KIND.LONG, "How will you see that it works?",
                 "A figure and its target for each goal, for example “200 followers by June”.", _NEW, _PURPOSE,
                 reviewers=[_HEAD]),
            _ask("frequency", _KIND.SHORT, "How often will something be posted?", "", _NEW, _PURPOSE),
            _ask("sample_plan", _KIND.LONG, "The first thirty days",
                 "A line for each post shows whether there is enough to say."),
            _ask("budget", _KIND.SHORT, "Budget", "Pictures, tools, paid promotion; “none” is an answer.",
                 reviewers=[_HEAD]),
            _ask("review_on", _KIND.DATE, "When will you look whether it is still needed?",
                 "Or when it ends, for a campaign.", _NEW, _PURPOSE),
        ],
    ),
    (
        "Rules and records",
        [
            _ask("direct_messages", _KIND.CHOICE, "Direct messages",
                 "They are public records. Off, unless they are archived.", _NEW, _AGAIN,
                 choices=[["off", "Off"], ["on", "On"]], attorney_when=["on"], reviewers=[_CIO, _ATTORNEY]),
            _ask("archiving", _KIND.LONG, "How are direct messages archived?", "With which tool, and who looks.",
                 _NEW, _AGAIN, required=False, required_when={"direct_messages": ["on"]},
                 reviewers=[_CIO, _ATTORNEY]),
            _ask("repository", _KIND.SHORT, "Where are the office’s own copies kept?",
                 "Pictures and texts before they are posted."),
            _ask("comments", _KIND.CHOICE, "Comments of the public",
                 "Closed means closed for everybody, on every post.",
                 choices=[["open", "Open"], ["closed", "Closed"]], attorney_when=["closed"],
                 reviewers=[_ATTORNEY]),
            _ask("moderation", _KIND.LONG, "Who reads comments, evenings and weekends too?", ""),
            _ask("personal_data", _KIND.CHOICE, "Will it hold contests, address children, or collect personal data?",
                 "", choices=_YES_NO, attorney_when=["yes"], reviewers=[_ATTORNEY]),
            _ask("accessibility", _KIND.LONG, "How will posts be accessible?",
                 "Descriptions of pictures, captions, plain words."),
            _ask("devices", _KIND.LONG, "On which devices and with which second factor will people sign in?", "",
                 _NEW, _AGAIN, reviewers=[_CIO]),
        ],
    ),
    (
        "Confirm",
        [
            _ask("confirms_policy", _KIND.CONFIRM, "We have read the city’s social media policy and will keep it.",
                 "", *_ALL),
            _ask("confirms_records", _KIND.CONFIRM,
                 "We know that everything said there is a public record and may not simply be deleted.", "",
                 *_ALL),
            _ask("confirms_duties", _KIND.CONFIRM,
                 "The people named know of it and their duties stand in their job descriptions.", "", _NEW),
        ],
    ),
]  # fmt: skip

FIRST = [
    {"step": step, "position": 10 * place, **question}
    for place, (step, question) in enumerate(
        ((step, question) for step, questions in _STEPS for question in questions), start=1
    )
]
