import factory

from hanse_access.actions import change_audience
from hanse_access.scopes import Scope
from hanse_members.actions.fields import FieldValue, fill_fields
from hanse_members.models import FieldHolder, Profile, ScopedField

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


def fill(holder: FieldHolder, name: str, *, scopes=None, on_request: bool = False, **value) -> ScopedField:
    """Put something into a field of a profile or an organisation, seen by ``scopes`` (None: as the holder is)."""
    field, _ = holder.fields.get_or_create(name=name)
    field.follows, field.on_request = scopes is None, on_request
    field.save()
    change_audience(field, scopes=holder.audience.scope_set if scopes is None else scopes, by=None)
    fill_fields({field: FieldValue(**value)}, by=getattr(holder, "person", None))
    return field
