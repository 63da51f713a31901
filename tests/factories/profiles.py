import factory

from hanse_access.actions import change_audience
from hanse_access.scopes import Scope
from hanse_members.actions.profiles import FieldValue, fill_fields
from hanse_members.models import Profile, ProfileField

PLATFORM = Scope("platform", 0)


class ProfileFactory(factory.django.DjangoModelFactory):
    """For all members unless ``scopes`` says otherwise. The person is no member by this alone."""

    class Meta:
        model = Profile
        skip_postgeneration_save = True

    person = factory.SubFactory("tests.factories.people.UserFactory")

    @factory.post_generation
    def scopes(self, create, extracted, **kwargs):
        change_audience(self, scopes=[PLATFORM] if extracted is None else extracted, by=None)


def fill(profile: Profile, name: str, *, scopes=None, on_request: bool = False, **value) -> ProfileField:
    """Put something into a field, seen by ``scopes`` (None: by those who see the profile)."""
    field, _ = ProfileField.objects.get_or_create(profile=profile, name=name)
    field.follows, field.on_request = scopes is None, on_request
    field.save()
    change_audience(field, scopes=profile.audience.scope_set if scopes is None else scopes, by=None)
    fill_fields({field: FieldValue(**value)}, by=profile.person)
    return field
