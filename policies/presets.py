"""Wordings to start from, for set-up and the demonstration city.

Every city reads and changes them before adoption.
They follow what DOMAIN section 6 and section 1 (APM) report of real policies, in our own words. Counsel
confirms them; nothing here is legal advice.
"""

from dataclasses import dataclass, field
from typing import Any

from city.roles import Role
from policies import preset_texts as texts
from policies.models import Act, KeywordKind, Policy
from policies.rules import neutrality

HIDE, DELETE, BLOCK = Act.HIDE.value, Act.DELETE.value, Act.BLOCK.value

#: Whoever writes, moderates, or decides about comments is bound by the comment policy.
WORKS_WITH_COMMENTS = [
    Role.OFFICER, Role.STAFF, Role.HEAD, Role.ALDER, Role.AIDE, Role.ATTORNEY, Role.MODERATOR, Role.APPEALS,
]  # fmt: skip


@dataclass(frozen=True)
class Preset:
    """What `actions.add_policy` takes: the policy's fields, the text, and the grounds."""

    key: str
    label: str
    about: str
    source: str
    fields: dict[str, Any]
    grounds: tuple[dict[str, Any], ...] = field(default=())


def flowing(text: str) -> str:
    """The text with each paragraph on one line, as people type it and as a redline compares it best."""
    return "\n\n".join(" ".join(part.split("\n")) for part in text.strip().split("\n\n")) + "\n"


def ground(
    clause, title, definition, examples, permits, keyword_kind="", warning="", key=""
) -> dict[str, Any]:
    """A ground as values. Unless a warning is given, its own words decide whether it has one."""
    return {
        "key": key or clause,
        "clause": clause,
        "title": title,
        "definition": definition,
        "examples": "\n".join(examples),
        "permits": list(permits),
        "keyword_kind": keyword_kind,
        "warning": warning or " ".join(neutrality.warnings(title, definition)),
    }


MADISON_GROUNDS = (
    ground(
        "spam",
        "Spam and promotional links",
        "A comment whose only purpose is to advertise goods, services or a website, or that is sent "
        "in bulk by "
        "an automated account. A link that supports what the comment says is not spam.",
        (
            "A link to a store under a post about road work",
            "The same investment offer under ten posts in an hour",
        ),
        (HIDE, DELETE, BLOCK),
    ),
    ground(
        "security",
        "Malware, security threats and flooding",
        "A comment that carries or links to harmful software, tries to obtain passwords or money by "
        "deceit, or is "
        "part of a stream of comments so large that others can no longer use the page.",
        (
            "A link to a false sign-in page for water bills",
            "Hundreds of identical comments sent by a program",
        ),
        (HIDE, DELETE, BLOCK),
    ),
    ground(
        "illegal-activity",
        "Advocating illegal activity",
        "A comment that urges or instructs others to commit a crime now or soon, and is likely to "
        "bring it about. "
        "Arguing that a law is wrong, or that it should be broken some day, is not enough.",
        (
            "A call to meet tonight and break a shop's windows",
            "Instructions for defeating a neighbor's alarm",
        ),
        (HIDE, BLOCK),
        KeywordKind.VIOLENT,
    ),
    ground(
        "threats",
        "Threats",
        "A true threat as the law defines it: a serious statement, made knowing that others would "
        "take it so, that "
        "the writer means to do violence to a person or a group. Anger and exaggeration are not threats.",
        (
            "“I know where the inspector lives and I will be waiting with a bat”",
            "A picture of a person in cross hairs",
        ),
        (HIDE, BLOCK),
        KeywordKind.VIOLENT,
    ),
    ground(
        "obscenity",
        "Obscenity",
        "Sexual material without constitutional protection: taken as a whole it appeals to prurient "
        "interest, shows "
        "sexual conduct in a patently offensive way by community standards, and lacks serious value.",
        ("A pornographic picture or video", "A link that leads directly to one"),
        (HIDE, DELETE, BLOCK),
        KeywordKind.OBSCENE,
        # "patently offensive" is the legal test itself here, not a rule about opinions
        warning="Apply the legal test as a whole. Vulgar words, jokes and nudity in art do not meet it.",
    ),
    ground(
        "copyright",
        "Copyright or trademark infringement",
        "A comment that copies somebody's protected work or mark without permission and is not a fair"
        " use. It is "
        "acted on when the owner says so, or when it is obvious.",
        (
            "A whole newspaper article pasted as a comment",
            "An account that uses a company's mark to pass for it",
        ),
        (HIDE,),
    ),
    ground(
        "defamation",
        "Defamation",
        "A false statement of fact about a person, made with the fault that the law requires, that "
        "harms their "
        "reputation. Opinion is not defamation, and officials must bear more than others do. The City"
        " Attorney is "
        "asked first.",
        ("A made-up report that a named clerk was convicted of theft",),
        (HIDE,),
    ),
)

#: After the eleven kinds of content in Milwaukee's policy 2.0, in our own words; counsel compares them.
MILWAUKEE_GROUNDS = (
    ground(
        "off-topic",
        "Unrelated to the original topic",
        "A comment that has nothing to do with the post under which it stands, even read with the "
        "comments "
        "that it answers.",
        ("A used car offered under a post about library hours",),
        (HIDE,),
        warning=neutrality.OFF_TOPIC,
    ),
    ground(
        "profanity",
        "Profane language",
        "Swearing with no other content, or so much of it that nothing else can be read.",
        ("A comment that consists of one curse, forty times",),
        (HIDE,),
        KeywordKind.PROFANE,
    ),
    ground(
        "obscenity",
        "Obscene material",
        "Sexual material that the law does not protect, taken as a whole.",
        ("A hard-core picture",),
        (HIDE, DELETE, BLOCK),
        KeywordKind.OBSCENE,
    ),
    ground(
        "violence",
        "Violent content",
        "Pictures or descriptions of violence shown for its own sake, or a serious threat of it.",
        ("A film of a beating without any comment", "“I will burn the station down on Friday”"),
        (HIDE, BLOCK),
        KeywordKind.VIOLENT,
    ),
    ground(
        "pornography",
        "Pornographic content",
        "Sexually explicit pictures, films or links to them.",
        ("A link to an explicit film",),
        (HIDE, DELETE, BLOCK),
        KeywordKind.PORNOGRAPHIC,
    ),
    ground(
        "discrimination",
        "Content that promotes unlawful discrimination",
        "A call to treat people unlawfully because they belong to a protected class.",
        ("A call to landlords to refuse a named nationality",),
        (HIDE,),
    ),
    ground(
        "commerce",
        "Commercial solicitation",
        "An offer of goods or services that is made to sell and not to discuss.",
        ("A coupon code under a post about a street festival",),
        (HIDE, DELETE),
    ),
    ground(
        "illegal-activity",
        "Encouraging illegal activity",
        "A call to commit a crime now or soon that others may follow.",
        ("A time and place for a street race",),
        (HIDE, BLOCK),
    ),
    ground(
        "safety",
        "Endangering public safety",
        "Information that puts people or public systems in danger, such as where officers wait "
        "during an incident.",
        ("The door code of a water plant",),
        (HIDE, DELETE),
    ),
    ground(
        "ownership",
        "Violating somebody's ownership",
        "Use of a protected work or mark without right or fair use.",
        ("A photographer's picture with the mark cut off",),
        (HIDE,),
    ),
    ground(
        "campaign",
        "Political campaigning by the City's own accounts",
        "Content that urges a vote for or against a candidate or a question on the ballot, sent "
        "from an account "
        "of the City or by its staff at work.",
        ("A yard-sign offer posted by a City employee from a City account",),
        (HIDE,),
    ),
)


def comment_policy(grounds: str = "madison") -> Preset:
    """A comment policy: forum, grounds, decisions, appeals. `grounds` is madison or milwaukee."""
    chosen = {"madison": MADISON_GROUNDS, "milwaukee": MILWAUKEE_GROUNDS}[grounds]
    listed = "\n".join(
        f"### 3.{number} {one['title']} {{#{one['clause']}}}\n\n{one['definition']}\n"
        for number, one in enumerate(chosen, start=1)
    )
    about = {
        "madison": "Seven grounds, each limited to what the law lets a city act on. The suggested start.",
        "milwaukee": "Eleven grounds, wider. Several carry a warning about viewpoint neutrality.",
    }[grounds]
    return Preset(
        key=f"comment-{grounds}",
        label=f"Comment policy, {grounds.title()}-like grounds",
        about=about,
        source=flowing(texts.COMMENT_POLICY.replace("[[grounds]]", listed)),
        fields={
            "title": "Comment policy",
            "slug": "comment-policy",
            "kind": Policy.Kind.COMMENT,
            "summary": "What residents may expect when they comment on the City's pages, and how to appeal.",
            "custodian_role": Role.OFFICER,
            "binds": list(WORKS_WITH_COMMENTS),
        },
        grounds=chosen,
    )


def social_media_policy() -> Preset:
    """The city's social media policy: a skeleton that holds the twelve elements asked of every department."""
    return Preset(
        key="social-media",
        label="Social media policy",
        about="A skeleton with the twelve elements that a department's filing must answer.",
        source=flowing(texts.SOCIAL_MEDIA_POLICY),
        fields={
            "title": "Social media policy",
            "slug": "social-media-policy",
            "kind": Policy.Kind.SOCIAL_MEDIA,
            "summary": "Who may speak for the City on social media, how, and what is kept.",
            "custodian_role": Role.OFFICER,
            "binds": [],
        },
    )


def all_presets() -> list[Preset]:
    """Every wording that set-up offers."""
    return [comment_policy(), comment_policy("milwaukee"), social_media_policy()]
