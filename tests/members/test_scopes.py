"""What memberships mean to the rule: the readings of one person and of all people agree."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse_access.scopes import scope_kinds
from hanse_access.viewer import Viewer
from hanse_members.models import Cluster, Membership
from hanse_members.roles import Role
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory

CLUSTERS, PEOPLE = 3, 4
State = Membership.State
memberships = st.dictionaries(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, CLUSTERS - 1)),
    st.one_of(
        st.tuples(st.sampled_from([State.APPROVED, State.SUSPENDED]), st.sampled_from(list(Role))),
        st.tuples(st.sampled_from(list(State)), st.just(Role.MEMBER)),
    ),
)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=memberships,
    active=st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE),
    states=st.lists(st.sampled_from(list(Cluster.State)), min_size=CLUSTERS, max_size=CLUSTERS),
)
def test_who_holds_a_scope_and_which_scopes_a_person_holds_agree(rows, active, states):
    people = [UserFactory(is_active=each) for each in active]
    clusters = [ClusterFactory(state=state) for state in states]
    for (person, cluster), (state, role) in rows.items():
        MembershipFactory(person=people[person], cluster=clusters[cluster], state=state, role=role)

    def holds(person, cluster, *roles):
        state, role = rows.get((person, cluster), (None, None))
        takes_part = active[person] and states[cluster] == Cluster.State.ACTIVE
        return takes_part and state == State.APPROVED and role in (roles or Role)

    kind = scope_kinds["cluster"]
    for index, person in enumerate(people):
        viewer = Viewer.of(person)
        own = {clusters[c].pk for c in range(CLUSTERS) if holds(index, c)}
        assert viewer.scopes.get("cluster", frozenset()) == own
        assert viewer.is_member == bool(own)
        assert viewer.decides.get("cluster", frozenset()) == {
            clusters[c].pk for c in range(CLUSTERS) if holds(index, c, Role.MANAGER)
        }
        if active[index]:
            taking_part = {clusters[c].pk for c in range(CLUSTERS) if states[c] == Cluster.State.ACTIVE}
            assert set(kind.choices(person)) == own
            assert set(kind.proposable(person)) & {c.pk for c in clusters} == taking_part - own
    for index, cluster in enumerate(clusters):
        assert set(kind.holders([cluster.pk])) == {people[p] for p in range(PEOPLE) if holds(p, index)}
        assert set(kind.deciders([cluster.pk])) == {people[p] for p in range(PEOPLE) if holds(p, index, Role.MANAGER)}
    members = {people[p] for p in range(PEOPLE) for c in range(CLUSTERS) if holds(p, c)}
    assert set(scope_kinds["platform"].holders([0]).filter(pk__in=[p.pk for p in people])) == members


@pytest.mark.django_db
def test_only_active_clusters_that_say_so_take_items_over_without_asking():
    willing = ClusterFactory(accepts_shared_items=True)
    asked = ClusterFactory()
    suspended = ClusterFactory(accepts_shared_items=True, state=Cluster.State.SUSPENDED)
    ids = [willing.pk, asked.pk, suspended.pk]
    assert scope_kinds["cluster"].accepts_at_once(ids) == {willing.pk}


@pytest.mark.django_db
def test_a_closed_cluster_does_not_exist_as_a_scope_and_keeps_its_name():
    closed = ClusterFactory(state=Cluster.State.CLOSED)
    kind = scope_kinds["cluster"]
    assert not kind.exist([closed.pk])
    assert kind.labels([closed.pk], Viewer.public()) == {closed.pk: closed.name}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["holders", "deciders", "labels", "accepts_at_once"])
def test_readings_of_many_clusters_need_as_many_queries_as_of_one(method, django_assert_num_queries):
    ids = [MembershipFactory(role=Role.MANAGER).cluster_id for _ in range(20)]
    arguments = (Viewer.public(),) if method == "labels" else ()
    for some in (ids[:1], ids):
        with django_assert_num_queries(1):
            list(getattr(scope_kinds["cluster"], method)(some, *arguments))


@pytest.mark.django_db
def test_resolving_a_viewer_needs_as_many_queries_in_twenty_clusters_as_in_one(django_assert_max_num_queries):
    person = UserFactory()
    for _ in range(20):
        MembershipFactory(person=person, role=Role.MANAGER)
    with django_assert_max_num_queries(8):
        Viewer.of(person)
