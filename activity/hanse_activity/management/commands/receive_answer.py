import email
import sys
from email import policy

from django.core.management.base import BaseCommand

from hanse_activity.answers import take_in


class Command(BaseCommand):
    help = "Read one mail from standard input and post it where the notification that it answers came from."

    def add_arguments(self, parser):
        parser.add_argument(
            "recipient", nargs="*", help="addresses of the envelope; else those in the mail's head count"
        )

    def handle(self, *args, **options):
        mail = email.message_from_binary_file(sys.stdin.buffer, policy=policy.default)
        self.stdout.write("posted\n" if take_in(mail, options["recipient"]) else "not posted\n")
