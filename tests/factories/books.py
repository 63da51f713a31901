import datetime

import factory

from tests.testapp.models import Book, Shelf, Subject

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class ShelfFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Shelf

    name = factory.Sequence(lambda n: f"Shelf {n}")


class SubjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Subject

    name = factory.Sequence(lambda n: f"Subject {n}")


class BookFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Book
        skip_postgeneration_save = True

    title = factory.Sequence(lambda n: f"Book {n}")
    bought = factory.Sequence(lambda n: START + datetime.timedelta(days=n % 3, microseconds=n % 2))

    @factory.post_generation
    def subjects(book, create, subjects, **kwargs):
        if create and subjects:
            book.subjects.set(subjects)
