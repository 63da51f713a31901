import factory

from hanse_access.models import Audience
from hanse_access.scopes import PUBLIC
from tests.testapp.models import Item, Room


class RoomFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Room
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Room {n}")

    @factory.post_generation
    def people(room, create, people, **kwargs):
        if create and people:
            room.people.set(people)


class ItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Item

    class Params:
        scopes = [PUBLIC]

    title = factory.Sequence(lambda n: f"Item {n}")
    audience = factory.LazyAttribute(lambda item: Audience.objects.of(item.scopes))
