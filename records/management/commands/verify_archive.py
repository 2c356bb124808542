"""Verify the archive: exit status 0 if it is as it was written, 1 if anything is not, 2 if that cannot be said."""

import sys
import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Account
from records.proof import SigningKeyError
from records.verify import Verifier, trusted_keys


class Command(BaseCommand):
    help = "Recomputes every hash of the archive and names what is wrong and where. Exit status 1 if anything is."

    def add_arguments(self, parser):
        parser.add_argument("--account", type=int, metavar="ID", help="only this account's records and files")
        parser.add_argument(
            "--public-key", type=Path, action="append", default=[], metavar="FILE",
            help="a key that signed checkpoints in former times (PEM); may be given again",
        )  # fmt: skip

    def handle(self, *, account, public_key, **_):
        started = time.monotonic()
        verifier = Verifier(_keys(public_key), account=_account(account))
        if self.stderr.isatty():
            verifier.progress = _Bar(self.stderr)
        faults = 0
        for fault in verifier.faults():
            faults += 1
            self.stdout.write(f"{fault.where}: {fault.what}")
        seconds = time.monotonic() - started
        self.stdout.write(_summary(verifier, faults, seconds))
        if faults:
            sys.exit(1)


def _keys(more):
    try:
        return trusted_keys(more)
    except SigningKeyError as error:
        raise CommandError(str(error), returncode=2) from error


def _account(number):
    if number is None:
        return None
    try:
        return Account.objects.get(pk=number)
    except Account.DoesNotExist as error:
        raise CommandError(f"There is no account {number}.", returncode=2) from error


def _summary(verifier, faults, seconds):
    counts = verifier.counts
    checked = ", ".join(f"{counts[name]:,} {name}" for name in ("records", "entries", "files", "checkpoints"))
    verdict = "Nothing is wrong." if not faults else f"{faults:,} {'fault' if faults == 1 else 'faults'}."
    return f"Checked {checked} in {seconds:.1f} s. {verdict}"


class _Bar:
    """One line that fills up, for a person at a terminal."""

    WIDTH = 40

    def __init__(self, out):
        self._out = out
        self._next = 0.0

    def __call__(self, step, done, total):
        now = time.monotonic()
        if now < self._next and step != "Done":
            return
        self._next = now + 0.1
        full = self.WIDTH * done // total if total else self.WIDTH
        bar = "#" * full + "." * (self.WIDTH - full)
        self._out.write(f"\r[{bar}] {done:,} of {total:,} {step:<24}", ending="\n" if step == "Done" else "")
        self._out.flush()
