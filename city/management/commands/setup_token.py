from django.core.management.base import BaseCommand, CommandError

from city.actions.city import setup_token
from city.models import City


class Command(BaseCommand):
    help = (
        "Prints the token that the first administrator gives at /set-up/; it is made when there is none yet."
    )

    def handle(self, *args, **options):
        if City.objects.exists():
            raise CommandError("This city is set up already: there is nothing that a token could open.")
        self.stdout.write(setup_token())
