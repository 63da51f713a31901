from allauth.account.models import EmailAddress

from tests.factories.people import UserFactory

PASSWORD = "a-good-password"


def confirmed_person(**fields):
    """A person who can sign in with ``PASSWORD``: the address is confirmed."""
    person = UserFactory(password=PASSWORD, **fields)
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=True)
    return person
