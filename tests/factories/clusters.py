import factory

from hanse_members.entry_pages import add_published
from hanse_members.models import Cluster, ClusterContentPage, ClusterPage, Membership


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


def entry_page(cluster: Cluster, language: str = "en") -> ClusterPage:
    return ClusterPage.objects.get(cluster=cluster, locale__language_code=language)


def content_page(
    cluster: Cluster, title: str = "How to join", language: str = "en", parent=None, **fields
) -> ClusterContentPage:
    """Published, below the entry page or another page of the cluster."""
    parent = parent or entry_page(cluster, language)
    return add_published(parent, ClusterContentPage(title=title, cluster=cluster, locale=parent.locale, **fields))
