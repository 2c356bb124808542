import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from city.refusals import Refusal
from config.demonstration.network import connect_to_network
from config.demonstration.sign_in import check_demonstration


class Command(BaseCommand):
    help = "Connect two accounts of the demonstration city to the local Bluesky network (script/server --network)."

    def handle(self, *args, **options):
        if not settings.LOCAL_NETWORKS_ALLOWED:
            raise CommandError("No local network is running: start it with script/server --network.")
        try:
            check_demonstration()
            made = connect_to_network(settings.LOCAL_NETWORKS_ALLOWED[0], at=timezone.now())
        except Refusal as refusal:
            raise CommandError(refusal.message) from refusal
        except httpx.HTTPError as error:
            raise CommandError(f"The local network does not answer as it should: {error}") from error
        self.stdout.write(f"On the local Bluesky network at {settings.LOCAL_NETWORKS_ALLOWED[0]}:")
        for account, opened in made:
            self.stdout.write(f"  {account}: sign in there as {opened['handle']} with {opened['password']}")
