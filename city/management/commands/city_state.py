from django.core.management.base import BaseCommand

from city.models import City, User


class Command(BaseCommand):
    help = "Print what is in the database: empty, demonstration, or city."

    def handle(self, *args, **options):
        city = City.objects.first()
        if city is None:
            # Somebody in the middle of set-up has made the first administrator already.
            self.stdout.write("city" if User.objects.exists() else "empty")
        else:
            self.stdout.write("demonstration" if city.is_demonstration else "city")
