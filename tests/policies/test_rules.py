"""The texts of policies: cited without doubt, compared without loss, shown without harm."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies import presets
from policies.rules import clauses, force, neutrality, redline
from policies.rules.redline import Kind
from tests.conftest import NOW

TEXT = """\
Opening words.

## 4. Comments {#comments}

What is said back.

### 4.2 Threats

4.2.1 Staff answer
within a day.

- one
  ## not a clause

> 4.2.9 nor this

## Closed ##

Two lines
of title
========
"""


def test_a_text_is_divided_into_clauses_that_can_be_cited():
    assert [(one.key, one.address, one.title, one.level) for one in clauses.parse(TEXT)] == [
        ("opening", "", "", 0),
        ("comments", "4", "Comments", 2),
        ("threats", "4.2", "Threats", 3),
        ("c-4-2-1", "4.2.1", "", 0),
        ("closed", "", "Closed", 2),
        ("two-lines-of-title", "", "Two lines of title", 1),
    ]


def test_marks_that_are_written_out_change_nothing_else():
    marked = clauses.with_marks(TEXT)
    assert clauses.with_marks(marked) == marked
    assert [(c.key, c.label, c.text) for c in clauses.parse(marked)] == [
        (c.key, c.label, c.text) for c in clauses.parse(TEXT)
    ]


def test_a_marked_clause_keeps_its_key_when_number_and_title_change():
    old = clauses.with_marks("## 4.2 Threats\n\nWords.\n")
    new = old.replace("4.2 Threats", "5.1 True threats")
    assert clauses.parse(new)[0].key == "threats"


@pytest.mark.parametrize(
    "text", ["## 1. One\n\n## 1. Two\n", "## Same\n\n### Same\n", "## A {#x}\n\n## B {#x}\n"]
)
def test_two_clauses_that_could_be_mistaken_are_refused_with_their_line(text):
    with pytest.raises(clauses.UnclearText) as refused:
        clauses.parse(text)
    assert refused.value.line == 3


def test_headings_on_a_page_never_skip_a_level():
    assert clauses.heading_levels([1, 4, 0, 4, 2, 6, 1]) == [2, 3, 0, 3, 3, 4, 2]


class _Active(HTMLParser):
    """Collects whatever in a page could act, load or lead somewhere doubtful."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag in {
            "script",
            "style",
            "iframe",
            "img",
            "form",
            "input",
            "svg",
            "object",
            "base",
            "meta",
            "link",
        }:
            self.found.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "src", "srcset", "id", "class", "action"}:
                self.found.append(name)
            scheme = re.match(
                r"\s*([a-z][a-z0-9+.-]*):", re.sub(r"[\x00-\x20]", "", value or ""), re.IGNORECASE
            )
            if (
                name == "href"
                and scheme
                and scheme.group(1).lower() not in {"http", "https", "mailto", "tel"}
            ):
                self.found.append(value)


def active_in(html):
    parser = _Active()
    parser.feed(html)
    return parser.found


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVa&#10;Script:alert(1))",
    "[x]( data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)\n\n[y]: javascript:alert(1)\n\n[y]",
    "![x](https://elsewhere.example/pixel.gif)",
    "<javascript:alert(1)>",
    "## <b onmouseover=alert(1)>Title</b>",
    "## [Title](javascript:alert(1))",
    "<style>*{display:none}</style><form action=//x><input>",
    "\x00## \x00Title\x00",
    "\ud800 lone surrogate",
    "&#0; &#x110000; &lt;script&gt;",
    "`<script>`\n\n```\n<script>\n```",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_markdown_becomes_nothing_that_acts(text):
    for clause in clauses.parse(text):
        assert active_in(clauses.render(clause.text)) == []
        assert active_in(clauses.render_words(clause.title)) == []


@pytest.mark.parametrize(
    "text",
    [
        ">" * 100_000,
        "[" * 50_000,
        "*a_" * 30_000,
        "- " * 50_000,
        "![](" * 30_000,
        "|" * 50_000 + "\n" + "|-" * 50_000,
        "# " + "a" * 100_000,
        "\n".join(f"###### {n}" for n in range(20_000)),
        "x" * 200_000,
        "`" * 100_000,
    ],
    ids=lambda text: text[:3].strip(),
)
def test_huge_and_deeply_nested_texts_are_shown_or_refused_and_never_fail(text):
    try:
        parsed = clauses.parse(text)
    except clauses.UnclearText:
        return
    for clause in parsed[:100]:
        assert active_in(clauses.render(clause.text)) == []


PIECES = st.sampled_from(
    ["## ", "1.2 ", "0.0", " ", "{#a}", "\n", "<b>", "](", "[", "x", "\x00", "\r", "> ", "==="]
)


@given(st.text() | st.lists(PIECES).map("".join))
@settings(deadline=None)
def test_any_text_is_divided_or_refused_and_rendered_without_anything_that_acts(text):
    try:
        parsed = clauses.parse(text)
        marked = clauses.with_marks(text)
    except clauses.UnclearText:
        return
    assert [one.key for one in clauses.parse(marked)] == [one.key for one in parsed]
    for clause in parsed:
        assert active_in(clauses.render(clause.text)) == []


# -- redline -----------------------------------------------------------------------------------------

WORDS = st.lists(st.sampled_from(["the", "city", "may", " ", "  ", "\n", "not", "hide", ".", "–", "é"])).map(
    "".join
)


@given(st.text() | WORDS, st.text() | WORDS)
@settings(deadline=None)
def test_a_redline_holds_both_wordings_whole(old, new):
    spans = redline.words(old, new)
    assert redline.old_text(spans) == old
    assert redline.new_text(spans) == new
    assert all(span.text for span in spans)
    assert (old == new) == all(span.kind == Kind.SAME for span in spans)


@pytest.mark.parametrize("size", [redline.MOST_WORDS, redline.MOST_WORDS * 2])
def test_the_redline_of_very_long_texts_is_whole_too(size):
    old, new = "a b\n" * size, "a c\n" * size + "end"
    spans = redline.words(old, new)
    assert (redline.old_text(spans), redline.new_text(spans)) == (old, new)


def test_a_changed_phrase_is_read_in_one_piece():
    spans = redline.words("The City may hide it.", "The City must never hide it.")
    assert [(span.kind, span.text) for span in spans] == [
        ("same", "The City "),
        ("removed", "may"),
        ("added", "must never"),
        ("same", " hide it."),
    ]


class Part:
    def __init__(self, key, words):
        self.key, self.words = key, words


KEYS = st.lists(st.sampled_from("abcdef"), unique=True)


@given(KEYS, KEYS)
def test_the_redline_of_two_versions_names_every_clause_once(old, new):
    before = [Part(key, key) for key in old]
    after = [Part(key, key.upper() if key in "ab" else key) for key in new]
    changes = redline.clauses(before, after)
    assert sorted(change.key for change in changes) == sorted({*old, *new})
    assert [change.key for change in changes if change.new] == new
    kinds = {change.key: change.kind for change in changes}
    for key, kind in kinds.items():
        expected = (
            "added"
            if key not in old
            else "removed"
            if key not in new
            else "changed"
            if key in "ab"
            else "same"
        )
        assert kind == expected


# -- acknowledgement and force -----------------------------------------------------------------------

NUMBERS = st.lists(st.booleans(), min_size=1, max_size=8)


@given(NUMBERS, st.sets(st.integers(1, 8)))
def test_somebody_is_done_exactly_when_they_read_every_material_change(material, read):
    versions = [force.Adopted(n, flag, NOW) for n, flag in enumerate(material, start=1)]
    number = len(versions)
    least = force.least_to_acknowledge(versions, number)
    unread = [v for v in versions if v.number > max((r for r in read if r <= number), default=0)]
    done = not any(v.material or v.number == 1 for v in unread)
    assert (force.standing(read, least, number) == "done") == done


@given(
    st.lists(st.tuples(st.booleans(), st.sets(st.sampled_from("abc"))), min_size=1, max_size=6),
    st.sets(st.sampled_from("abc"), min_size=1),
    st.sets(st.integers(1, 6)),
)
def test_somebody_is_asked_again_exactly_for_material_changes_that_concern_them(changes, roles, read):
    versions = [
        force.Adopted(n, flag, NOW, frozenset(whom)) for n, (flag, whom) in enumerate(changes, start=1)
    ]
    number = len(versions)
    last = max((r for r in read if r <= number), default=0)
    meant = [v for v in versions if v.number > last and v.material and (not v.concerns or v.concerns & roles)]
    least = force.least_to_acknowledge(versions, number, roles)
    assert (force.standing(read, least, number) == "done") == (last > 0 and not meant)


# -- grounds -----------------------------------------------------------------------------------------


def test_off_topic_rules_and_matters_of_taste_carry_a_warning():
    assert neutrality.warnings("Unrelated to the original topic", "") == [neutrality.OFF_TOPIC]
    assert neutrality.warnings("Unacceptable content", "at the moderator's discretion")
    assert neutrality.warnings("Threats", "A true threat as the law defines it.") == []


def test_the_presets_are_clear_texts_whose_grounds_rest_on_their_clauses():
    sizes = {"comment-madison": 7, "comment-milwaukee": 11, "social-media": 0}
    for preset in presets.all_presets():
        keys = {one.key for one in clauses.parse(preset.source)}
        assert len(preset.grounds) == sizes[preset.key]
        for ground in preset.grounds:
            assert ground["clause"] in keys
            assert ground["permits"]
            assert ground["definition"]
            assert ground["examples"]


def test_the_suggested_grounds_need_no_warning_but_the_wider_list_does():
    doubtful = {ground["key"] for ground in presets.MADISON_GROUNDS if ground["warning"]}
    assert doubtful == {"obscenity"}
    wider = {ground["key"]: ground["warning"] for ground in presets.MILWAUKEE_GROUNDS}
    assert wider["off-topic"] == neutrality.OFF_TOPIC
    assert wider["profanity"]
    assert wider["discrimination"]
    assert wider["campaign"]


def test_word_lists_serve_only_the_four_permitted_kinds():
    kinds = {ground["keyword_kind"] for preset in presets.all_presets() for ground in preset.grounds}
    assert kinds <= {"", "profane", "obscene", "violent", "pornographic"}


def test_the_social_media_policy_asks_every_department_for_twelve_things():
    parsed = clauses.parse(presets.social_media_policy().source)
    assert len([one for one in parsed if re.fullmatch(r"4\.\d+", one.address)]) == 12
