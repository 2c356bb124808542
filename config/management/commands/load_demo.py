from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from city.refusals import Refusal
from config.demonstration.load import load_demonstration


class Command(BaseCommand):
    help = "Load the demonstration city into an empty database. Refuses to touch anything else."

    def handle(self, *args, **options):
        try:
            load_demonstration(
                now=timezone.now(), practice_url=settings.PRACTICE_NETWORK_URL, progress=self.show_progress
            )
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write("")

    def show_progress(self, done: int, of: int) -> None:
        if self.stdout.isatty():
            self.stdout.write(f"\r  {done} of {of} accounts", ending="")
            self.stdout.flush()
