"""The floors, and the tables by which they speak to each other, are whole."""

import ast
import inspect
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from city import verbs
from city.models import Entry
from config.celery import BEAT, app

ROOT = Path(__file__).resolve().parent.parent
OURS = [config for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT) and
        "site-packages" not in config.path]  # fmt: skip


def floors() -> dict[str, int]:
    """App → the number of its floor, the highest floor being 0."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(one for one in contracts if one["id"] == "floors")["layers"]
    return {name.strip(): number for number, layer in enumerate(layers) for name in layer.split("|")}


def test_every_app_of_ours_has_its_floor():
    assert {config.name for config in OURS} == set(floors())


def test_every_app_of_ours_is_installed():
    folders = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert folders == {config.name for config in OURS}


def test_relations_point_only_to_the_same_floor_or_below():
    """import-linter does not see a foreign key that is written as text."""
    number = floors()
    wrong = []
    for model in apps.get_models(include_auto_created=True):
        mine = model._meta.app_label
        if mine not in number:
            continue
        for field in model._meta.get_fields(include_hidden=True):
            theirs = (
                field.related_model._meta.app_label if field.is_relation and field.related_model else mine
            )
            # A reverse relation belongs to the model that declared it.
            if field.auto_created and not field.concrete:
                continue
            if theirs in number and theirs != mine and number[theirs] <= number[mine]:
                wrong.append(f"{model._meta.label}.{field.name} → {theirs}")
    assert not wrong


def test_no_migration_has_a_name_that_says_nothing():
    names = [path.name for config in OURS for path in Path(config.path).glob("migrations/0*.py")]
    assert names
    assert not [name for name in names if "auto" in name or "initial" in name]


def test_every_verb_of_the_log_reads_as_a_sentence():
    entry = Entry(actor_name="Olive Officer", subject_label="the thing", data={}, reason="")
    for verb in verbs.all_verbs():
        entry.verb = verb
        told = verbs.sentence(entry)
        assert "{" not in told, verb
        assert "the thing" in told, verb
        assert verb == verb.lower()
        assert verb.count(".") == 1, verb


def test_every_verb_that_is_logged_has_a_sentence():
    """A verb is written at its call; what is misspelt there would only be found when it happens."""
    told = {verb for path in sources() for verb in verbs_in(path)}
    assert told
    assert told - set(verbs.all_verbs()) == set()


def verbs_in(path: Path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("note", "move"):
            for keyword in node.keywords:
                if keyword.arg == "verb" and isinstance(keyword.value, ast.Constant):
                    yield keyword.value.value


def sources():
    for config in OURS:
        for path in Path(config.path).rglob("*.py"):
            if "migrations" not in path.parts and "node_modules" not in path.parts:
                yield path


def rights():
    """Every right `can_…` of every app, with its module."""
    for config in OURS:
        if find_spec(f"{config.name}.permissions"):
            module = import_module(f"{config.name}.permissions")
            for name, right in inspect.getmembers(module, inspect.isfunction):
                if name.startswith("can_") and right.__module__ == module.__name__:
                    yield name, right


def test_every_right_is_asked_somewhere():
    texts = {path: path.read_text() for path in sources()}
    templates = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    unused = []
    for name, right in rights():
        defined_in = Path(inspect.getsourcefile(right))
        uses = sum(
            text.count(name) - (path == defined_in) * text.count(f"def {name}(")
            for path, text in texts.items()
        )
        if not uses and name not in templates:
            unused.append(name)
    assert not unused


def test_every_right_takes_the_person_the_thing_and_the_instant():
    assert not [name for name, right in rights() if len(inspect.signature(right).parameters) != 3]


@pytest.mark.parametrize("name", BEAT)
def test_every_periodic_job_exists(name):
    app.loader.import_default_modules()
    task, seconds = BEAT[name]
    assert task in app.tasks
    assert seconds > 0


def test_no_clock_is_read_below_views_tasks_and_commands():
    """`at` is an argument; a clock read inside a rule or an action is a rule that cannot be tested at its edge."""
    edges = {"views", "views.py", "tasks.py", "tasks", "commands", "middleware.py", "mail.py", "celery.py"}
    reads = (
        "timezone.now(",
        "datetime.now(",
        "date.today(",
        "utcnow(",
        "timezone.localdate()",
        "localtime()",
    )
    wrong = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in sources()
        if not edges & set(path.parts) and not {"platforms", "demonstration"} & set(path.parts)
        for word in reads
        if word in path.read_text()
    ]
    assert not wrong


def test_no_page_holds_inline_script_or_style():
    """The content security policy would refuse it silently."""
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        if " style=" in text or "<style" in text or " onclick=" in text or " onchange=" in text:
            wrong.append(path.name)
        for part in text.split("<script")[1:]:
            head = part.split(">")[0]
            if " src=" not in head and "application/json" not in head:
                wrong.append(path.name)
    assert not wrong


def test_the_content_security_policy_allows_nothing_inline():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    told = " ".join(str(value) for values in directives.values() for value in values)
    assert "unsafe" not in told
    assert "*" not in told
