import factory
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC
from hanse_members.models import Organisation, OrganisationMembership
from tests.factories.profiles import fill


class OrganisationFactory(factory.django.DjangoModelFactory):
    """Takes part in ``clusters`` and is seen by holders of ``scopes``, the public unless said; ``texts`` by field."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Organisation {n}")

    @factory.post_generation
    def clusters(self, create, extracted, **kwargs):
        for cluster in extracted or ():
            OrganisationMembership.objects.create(
                organisation=self, cluster=cluster, state="approved", decided_at=timezone.now()
            )

    @factory.post_generation
    def scopes(self, create, extracted, **kwargs):
        change_audience(self, scopes=[PUBLIC] if extracted is None else extracted, by=None)

    @factory.post_generation
    def texts(self, create, extracted, **kwargs):
        for name, text in (extracted or {}).items():
            fill(self, name, text=text)
