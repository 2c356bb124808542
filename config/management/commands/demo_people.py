from django.core.management.base import BaseCommand, CommandError

from city.refusals import Refusal
from config.demonstration.sign_in import people


class Command(BaseCommand):
    help = "Show one sign-in per role of the demonstration city. Works in no other city."

    def handle(self, *args, **options):
        try:
            rows = people()
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        width = max(len(row["role"]) for row in rows)
        self.stdout.write("Sign in as any of these; the sign-in page shows the second factor's code,")
        self.stdout.write(f"and so does manage.py demo_code ROLE. The password is: {rows[0]['password']}\n")
        for row in rows:
            self.stdout.write(f"  {row['role']:<{width}}  {row['email']}")
