import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from config import parts
from config.keys import make_keys
from tests.script.conftest import eventually, lives

ROOT = Path(__file__).resolve().parents[2]
linux_only = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's end"
)


@pytest.fixture
def running(var):
    """Starts parts and ends at the end whatever was started."""
    started = []

    def run(start, *arguments, **options):
        started.append(start(*arguments, **options))
        return started[-1]

    yield run
    for part in started:
        part.stop()


def kill_9(part):
    part.process.kill()
    part.process.wait()


def note(url, text):
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def notes(url):
    with psycopg.connect(url) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM note")]


def test_postgres_keeps_what_was_committed_through_a_kill_9(var, running):
    part = running(parts.run_postgres, var)
    note(part.url, "kept")
    kill_9(part)
    assert notes(running(parts.run_postgres, var).url) == ["kept"]


def test_postgres_starts_while_a_child_of_a_killed_one_still_ends(var, running):
    part = running(parts.run_postgres, var)
    with psycopg.connect(part.url):
        kill_9(part)
        assert running(parts.run_postgres, var).process.poll() is None


def test_postgres_starts_when_its_old_number_belongs_to_another_process_now(var, running):
    part = running(parts.run_postgres, var)
    note(part.url, "kept")
    kill_9(part)
    bystander = subprocess.Popen(["sleep", "60"])
    pid_file = var / "postgres" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(str(part.process.pid), str(bystander.pid), 1))
    try:
        assert notes(running(parts.run_postgres, var).url) == ["kept"]
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_half_made_cluster_is_made_again(var, running):
    (var / "postgres.new").mkdir()
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")
    note(running(parts.run_postgres, var).url, "works")


def test_a_part_that_somebody_else_runs_is_used_and_left_running(var, running):
    first = running(parts.run_postgres, var), running(parts.run_redis, var)
    second = parts.run_postgres(var), parts.run_redis(var)
    for ours, theirs in zip(first, second, strict=True):
        assert theirs.url == ours.url
        theirs.stop()
        assert ours.process.poll() is None


def test_a_folder_with_a_very_long_name_still_has_sockets(var, running):
    deep = var / ("long" * 30)
    note(running(parts.run_postgres, deep).url, "works")
    assert redis.Redis.from_url(running(parts.run_redis, deep).url).ping()


def test_redis_keeps_its_queue_through_a_kill_9(var, running):
    part = running(parts.run_redis, var)
    redis.Redis.from_url(part.url).rpush("queue", "task")
    kill_9(part)
    assert redis.Redis.from_url(running(parts.run_redis, var).url).lrange("queue", 0, -1) == [b"task"]


def test_parts_listen_on_no_network_address(var, running):
    postgres, broker = running(parts.run_postgres, var), running(parts.run_redis, var)
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert redis.Redis.from_url(broker.url).config_get("port") == {"port": "0"}


@linux_only
def test_parts_end_when_whoever_started_them_is_killed(var):
    script = (
        "import sys, time; from config import parts\n"
        f"found = parts.run_postgres(parts.Path({str(var)!r})), parts.run_redis(parts.Path({str(var)!r}))\n"
        "print(*[part.process.pid for part in found], flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert all(map(lives, children))
    parent.kill()
    parent.wait()
    eventually(lambda: not any(map(lives, children)))


def test_a_part_that_cannot_start_says_why_and_where_to_read_more(var):
    (var / "postgres").mkdir()
    (var / "postgres" / "PG_VERSION").write_text("9\n")
    with pytest.raises(parts.PartError, match=r"^postgres did not start: .+postgres\.log\)\.$"):
        parts.run_postgres(var)


def test_stopping_ends_a_process_with_all_its_children():
    process = subprocess.Popen(
        ["sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait; sleep 60"],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    grandchild = int(process.stdout.readline())
    parts.stop_process(process, signal.SIGTERM, 0.2)
    eventually(lambda: not lives(grandchild))


def test_keys_are_made_once_and_only_their_owner_reads_them(var):
    first = make_keys(var)
    assert make_keys(var) == first
    assert stat.S_IMODE((var / "keys").stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (var / "keys").iterdir()} == {0o600}
    assert len(first["SECRET_KEY"]) >= 50
    Fernet(first["CREDENTIAL_KEYS"])
    key = load_pem_private_key(Path(first["SIGNING_KEY_FILE"]).read_bytes(), None)
    assert len(key.sign(b"root")) == 64


def test_a_new_credential_key_is_put_before_the_old_ones(var):
    old = make_keys(var)["CREDENTIAL_KEYS"]
    new = Fernet.generate_key().decode()
    (var / "keys" / "credential_keys").write_text(f"{new}\n{old}\n")
    assert make_keys(var)["CREDENTIAL_KEYS"] == f"{new},{old}"


def test_keys_that_were_half_written_are_made_again(var):
    (var / "keys").mkdir()
    (var / "keys" / "secret_key.half").write_text("ha")
    assert len(make_keys(var)["SECRET_KEY"]) >= 50
    assert not os.path.exists(var / "keys" / "secret_key.half")
