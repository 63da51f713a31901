import factory
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC
from hanse_members.models import Organisation, OrganisationMembership


class OrganisationFactory(factory.django.DjangoModelFactory):
    """Takes part in ``clusters`` and is seen by holders of ``scopes``, the public unless said."""

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
