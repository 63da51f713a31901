import email
import sys
from email import policy

from django.core.management.base import BaseCommand

from hanse_activity.bounces import record_bounces


class Command(BaseCommand):
    help = "Read one returned mail or complaint from standard input and send nothing more to the address it names."

    def handle(self, *args, **options):
        report = email.message_from_binary_file(sys.stdin.buffer, policy=policy.default)
        self.stdout.write(f"{record_bounces(report)} addresses suppressed\n")
