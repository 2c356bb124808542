"""What Django has to do before the web server starts, in one process: starting Django is what costs.

Prints one line of JSON: the state of the city, the sign-ins to show, and for a new city the set-up token.
"""

import hashlib
import io
import json
import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main(*arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    state = answer("city_state")
    # A demonstration whose loading was broken off goes on; a whole one is left as it is.
    if state == "demonstration" or (state == "empty" and "--empty" not in arguments):
        if state == "empty":
            print("Loading the demonstration city …", file=sys.stderr, flush=True)
        call_command("load_demo", stdout=sys.stderr)
        state = answer("city_state")
    people = answer("demo_people") if state == "demonstration" else ""
    token = answer("setup_token") if state == "empty" else ""
    print(json.dumps({"state": state, "people": people, "token": token}))


def answer(command: str) -> str:
    said = io.StringIO()
    call_command(command, stdout=said)
    return said.getvalue().strip()


def collect_static() -> None:
    """Copying and compressing takes seconds; it is left out while no source file has changed."""
    from django.contrib.staticfiles.finders import get_finders

    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            seen.update(f"{storage.path(path)} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=stamp.exists())
    stamp.write_text(seen.hexdigest())


if __name__ == "__main__":
    main(*sys.argv[1:])
