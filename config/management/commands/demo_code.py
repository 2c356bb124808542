from django.core.management.base import BaseCommand, CommandError

from city.refusals import Refusal
from config.demonstration.city import person
from config.demonstration.offices import CAST
from config.demonstration.sign_in import check_demonstration, code_of


class Command(BaseCommand):
    help = "Show the current second-factor code of a role of the demonstration city. Works in no other city."

    def add_arguments(self, parser):
        parser.add_argument("role", choices=[row.key for row in CAST])

    def handle(self, *args, role, **options):
        try:
            check_demonstration()
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(code_of(person(role)))
