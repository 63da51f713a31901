from django.core.management.base import BaseCommand, CommandError

from hanse_site.models import User
from hanse_site.people.actions import name_operator


class Command(BaseCommand):
    help = "Make the person with this e-mail address an operator. The account must exist: sign up on the site first."

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options) -> None:
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError("Nobody has an open account with this address. Sign up on the site first.")
        name_operator(person)
        self.stdout.write(f"{person.get_full_name()} is an operator.")
