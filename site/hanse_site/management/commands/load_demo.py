from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...demo.load import load


class Command(BaseCommand):
    help = "Load the demo: invented clusters, people and news. Runs in the demo and in tests only; harmless to repeat."

    def handle(self, *args, **options):
        if not getattr(settings, "HANSE_DEMO", False):
            raise CommandError("The demo is loaded with the demo's settings only (HANSE_DEMO); nothing was changed.")
        say = self.stdout.write if options["verbosity"] > 0 else lambda text: None
        load(say)
