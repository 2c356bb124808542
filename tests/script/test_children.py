import signal
import subprocess
import sys
import threading
import time

import pytest

from script.children import Asked, Child, Refusal, Tree, Wish, describe, spawn
from tests.script.conftest import eventually, lives


@pytest.fixture
def tree(var):
    """A tree, with this process's own way of hearing signals put back at the end."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    tree = Tree(var, Wish())
    yield tree
    tree.stop()
    for number, handler in before.items():
        signal.signal(number, handler)


def make_child(tree, name="Sleeper", command="sleep 60", ready=lambda: True, **more):
    return Child(name, lambda: spawn(name.lower(), ["sh", "-c", command], tree.var, {}), ready, **more)


def watch_until(tree, what):
    """Watch the tree as the launcher does, until `what` came true."""
    heard = []

    def wait():
        try:
            heard.append(eventually(what))
        finally:
            tree.wish.times = 1

    waiting = threading.Thread(target=wait)
    waiting.start()
    with pytest.raises(Asked):
        tree.watch()
    waiting.join()
    return heard[0]


def test_a_child_that_is_killed_is_started_again_and_that_is_said(tree, capfd):
    child = make_child(tree)
    tree.start(child)
    first = child.process.pid
    child.process.kill()
    watch_until(tree, lambda: child.process and child.process.pid != first)
    assert "Sleeper ended (killed by SIGKILL); starting it again now." in capfd.readouterr().err


def test_what_keeps_dying_is_started_ever_more_slowly(tree):
    starts = tree.var / "starts"
    child = make_child(tree, command=f"echo >> {starts}; exit 3")
    tree.start(child)
    began = time.monotonic()
    watch_until(tree, lambda: starts.exists() and starts.read_text().count("\n") == 4)
    # At once, then after one second, then after two.
    assert time.monotonic() - began > 2.5


def test_grandchildren_do_not_go_on_without_their_master(tree):
    child = make_child(tree, command=f"sleep 60 & echo $! > {tree.var}/grandchild; wait")
    tree.start(child)
    grandchild = int(
        eventually(lambda: (tree.var / "grandchild").exists() and (tree.var / "grandchild").read_text())
    )
    child.process.kill()
    watch_until(tree, lambda: not lives(grandchild))


def test_a_child_that_does_not_start_is_a_refusal_that_names_its_log(tree):
    child = make_child(tree, command="echo no such option; exit 2", ready=lambda: False)
    with pytest.raises(Refusal, match=r"Sleeper did not start: .*sleeper\.log"):
        tree.start(child)


def test_stopping_ends_users_of_the_database_before_the_database(tree):
    order = tree.var / "order"
    command = "trap 'echo {} >> {}; exit' TERM; while :; do sleep 0.02; done"
    names = ("Postgres", "Redis", "Web", "Worker")
    tree.start(*(make_child(tree, name, command.format(name, order)) for name in names))
    time.sleep(0.2)  # until the shells have set their traps
    tree.stop()
    ended = order.read_text().split()
    assert sorted(ended[:2]) == ["Web", "Worker"]
    assert ended[2:] == ["Redis", "Postgres"]


def test_stopping_ends_only_what_was_started_here(tree):
    bystander = subprocess.Popen(["sleep", "60"])
    child = make_child(tree, command="trap '' TERM; sleep 60")
    tree.start(child)
    try:
        threading.Timer(0.3, lambda: setattr(tree.wish, "times", 5)).start()  # asked again: hurry
        tree.stop()
        assert not lives(child.process.pid)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_wish_to_stop_is_heard_between_steps(tree):
    signal.raise_signal(signal.SIGTERM)
    with pytest.raises(Asked):
        tree.start(make_child(tree))
    assert tree.children == []


@pytest.mark.parametrize(
    ("returncode", "said"), [(0, "exit status 0"), (3, "exit status 3"), (-9, "killed by SIGKILL")]
)
def test_an_ending_is_described_in_words(returncode, said):
    assert describe(returncode) == said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_children_end_when_the_launcher_is_killed(var):
    script = (
        "import time; from pathlib import Path; from script.children import spawn\n"
        f"child = spawn('child', ['/bin/sleep', '60'], Path({str(var)!r}), {{}})\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    child = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    eventually(lambda: not lives(child))
