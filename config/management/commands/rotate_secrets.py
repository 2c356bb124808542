from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Connection, Credential
from city.secrets import Unreadable, rotate

#: Where a second factor keeps what must not be read.
HELD_IN = ("secret", "seed")


class Command(BaseCommand):
    help = "Encrypts every stored secret under the newest of CREDENTIAL_KEYS; older keys can then go."

    @transaction.atomic
    def handle(self, *args, **options):
        try:
            done = self.second_factors() + self.held(Connection) + self.held(Credential)
        except Unreadable as problem:
            raise CommandError(f"{problem} Nothing was changed.") from None
        self.stdout.write(f"{done} secrets are under the newest key.")

    def second_factors(self) -> int:
        done = 0
        for authenticator in Authenticator.objects.select_for_update().order_by("pk"):
            for name in set(HELD_IN) & set(authenticator.data):
                authenticator.data[name] = rotate(authenticator.data[name])
                done += 1
            authenticator.save(update_fields=["data"])
        return done

    def held(self, model) -> int:
        """Every row of a model that has a secret. Nothing about the thing itself changes, so nothing is logged."""
        rows = list(model.objects.exclude(secret="").select_for_update().order_by("pk"))
        for row in rows:
            model.objects.filter(pk=row.pk).update(secret=rotate(row.secret))
        return len(rows)
