import factory

from hanse_members.models import Cluster, Membership


class ClusterFactory(factory.django.DjangoModelFactory):
    """The row alone: no groups, no pages. ``hanse_members.actions.create_cluster`` makes a whole one."""

    class Meta:
        model = Cluster

    name = factory.Sequence(lambda n: f"Cluster {n}")
    slug = factory.Sequence(lambda n: f"cluster-{n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    person = factory.SubFactory("tests.factories.people.UserFactory")
    cluster = factory.SubFactory(ClusterFactory)
    state = Membership.State.APPROVED
