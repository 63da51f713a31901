"""Topics: the tree, and what becomes of links and labels when it changes."""

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied

from hanse_access.audit import readable_by
from hanse_access.models import AuditEvent
from hanse_access.trail import tell
from hanse_access.viewer import Viewer
from hanse_members import actions
from hanse_members.models import Organisation, Topic, TopicAncestor
from hanse_members.models.topics import MOST_LEVELS
from hanse_members.topic_links import topic_links
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def photonics():
    return make_topic("Photonics", de="Photonik")


@pytest.fixture
def lasers(photonics):
    return make_topic("Lasers", photonics, de="Laser", synonyms="coherent light")


@pytest.fixture
def fibre_lasers(lasers):
    return make_topic("Fibre lasers", lasers)


def lineage(topic):
    return set(TopicAncestor.objects.filter(topic=topic).values_list("ancestor_id", flat=True))


def chain(length):
    topic = None
    for _number in range(length):
        topic = make_topic(parent=topic)
    return topic


def test_an_operator_adds_a_topic_on_record(photonics, operator):
    topic = actions.add_topic(
        labels={"en": " Fibre   optics ", "de": ""}, synonyms={"en": "fibres\n fibres\n"}, parent=photonics, by=operator
    )
    label = topic.labels.get()
    assert (label.language, label.text, label.synonyms) == ("en", "Fibre optics", "fibres")
    assert lineage(topic) == {topic.pk, photonics.pk}
    assert AuditEvent.objects.filter(verb="topic.added", object_id=topic.pk).exists()


def test_managers_and_members_change_nothing(photonics, lasers, manager):
    for act in (
        lambda: actions.add_topic(labels={"en": "Mine"}, by=manager),
        lambda: actions.update_topic(lasers, labels={"en": "Mine"}, synonyms={}, by=manager),
        lambda: actions.move_topic(lasers, None, by=manager),
        lambda: actions.merge_topics(lasers, photonics, by=manager),
    ):
        with pytest.raises(actions.NotPermitted):
            act()


def test_a_topic_is_named_anew(lasers, operator):
    actions.update_topic(
        lasers, labels={"en": "Laser sources", "de": ""}, synonyms={"en": "laser"}, code="L", by=operator
    )
    assert list(lasers.labels.values_list("language", "text", "synonyms")) == [("en", "Laser sources", "laser")]
    event = AuditEvent.objects.get(verb="topic.changed")
    assert event.data["fields"] == ["code", "synonyms", "text"]
    actions.update_topic(lasers, labels={"en": "Laser sources"}, synonyms={"en": "laser"}, code="L", by=operator)
    assert AuditEvent.objects.filter(verb="topic.changed").count() == 1


@pytest.mark.parametrize(
    ("labels", "code"), [({"en": "  "}, ""), ({"en": "lasers"}, ""), ({"de": "LASER"}, ""), ({"en": "New"}, "P")]
)
def test_no_topic_without_a_name_and_no_two_of_one_name_or_code(photonics, lasers, operator, labels, code):
    Topic.objects.filter(pk=photonics.pk).update(code="P")
    with pytest.raises(actions.NotPossible):
        actions.add_topic(labels=labels, parent=photonics, code=code, by=operator)


def test_a_branch_moves_with_all_below_it(photonics, lasers, fibre_lasers, operator):
    tools = make_topic("Tools")
    actions.move_topic(lasers, tools, by=operator)
    assert lineage(fibre_lasers) == {fibre_lasers.pk, lasers.pk, tools.pk}
    assert lineage(lasers) == {lasers.pk, tools.pk}
    actions.move_topic(lasers, None, by=operator)
    assert lineage(fibre_lasers) == {fibre_lasers.pk, lasers.pk}
    assert set(photonics.contained.all()) == {photonics}
    assert AuditEvent.objects.filter(verb="topic.moved").count() == 2


def test_a_topic_does_not_stand_below_itself(photonics, lasers, fibre_lasers, operator):
    for parent in (photonics, lasers, fibre_lasers):
        with pytest.raises(actions.NotPossible):
            actions.move_topic(photonics, parent, by=operator)
    assert lineage(fibre_lasers) == {photonics.pk, lasers.pk, fibre_lasers.pk}


def test_the_tree_has_so_many_levels_and_no_more(photonics, lasers, operator):
    deepest = chain(MOST_LEVELS)
    with pytest.raises(actions.NotPossible):
        actions.add_topic(labels={"en": "Too deep"}, parent=deepest, by=operator)
    with pytest.raises(actions.NotPossible):
        actions.move_topic(photonics, deepest.parent, by=operator)
    actions.move_topic(lasers, deepest.parent, by=operator)


def test_merging_takes_everything_along(photonics, lasers, fibre_lasers, operator):
    light = make_topic("Light sources", photonics, de="Lichtquellen")
    both, one = OrganisationFactory(), OrganisationFactory()
    both.topics.set([lasers, light])
    one.topics.set([lasers, photonics])
    older = make_topic("Masers")
    actions.merge_topics(older, lasers, by=operator)
    actions.merge_topics(lasers, light, by=operator)
    assert set(both.topics.all()) == {light}
    assert set(one.topics.all()) == {light, photonics}
    lasers.refresh_from_db()
    older.refresh_from_db()
    assert lasers.merged_into == older.merged_into == light
    assert lineage(fibre_lasers) == {fibre_lasers.pk, light.pk, photonics.pk}
    assert not TopicAncestor.objects.filter(ancestor=lasers).exists()
    assert light.labels.get(language="en").synonyms.split("\n") == ["Lasers", "coherent light", "Masers"]
    assert light.labels.get(language="de").synonyms == "Laser"
    found = Organisation.objects.filter(topics__within=photonics).distinct()
    assert set(found) == {both, one}
    assert AuditEvent.objects.get(verb="topic.merged", object_id=lasers.pk).data == {
        "into": light.pk,
        "moved_organisations": 2,
    }


def test_what_cannot_be_merged(photonics, lasers, fibre_lasers, operator):
    gone = make_topic("Gone")
    actions.merge_topics(gone, photonics, by=operator)
    deepest = chain(MOST_LEVELS)
    for topic, into in [(photonics, photonics), (photonics, fibre_lasers), (gone, lasers), (lasers, gone)]:
        with pytest.raises(actions.NotPossible):
            actions.merge_topics(topic, into, by=operator)
    with pytest.raises(actions.NotPossible):
        actions.merge_topics(photonics, deepest, by=operator)
    actions.merge_topics(fibre_lasers, deepest, by=operator)


def test_every_link_to_a_topic_follows_when_it_is_merged():
    own = {"Topic", "TopicLabel", "TopicAncestor"}
    registered = {(links.rows().model, links.topic.removesuffix("_id")) for links in topic_links}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.fields:
            if field.is_relation and field.related_model is Topic and model.__name__ not in own:
                assert (model, field.name) in registered, f"{model.__name__}.{field.name}"


def test_operators_read_in_the_trail_what_happened(photonics, lasers, operator, django_assert_max_num_queries):
    for number in range(5):
        actions.merge_topics(make_topic(f"Old {number}", lasers), photonics, by=operator)
    viewer = Viewer.of(operator)
    events = list(readable_by(viewer).filter(verb="topic.merged"))
    with django_assert_max_num_queries(6):
        tell(events, viewer)
    assert {event.about for event in events} == {f"Topic: Old {number}" for number in range(5)}
    assert str(photonics.pk) in events[0].details


def test_an_organisation_has_topics_that_exist(photonics, lasers, operator):
    organisation = OrganisationFactory()
    actions.update_organisation(organisation, topics=[lasers, photonics], by=operator)
    actions.update_organisation(organisation, topics=[lasers], by=operator)
    assert list(organisation.topics.all()) == [lasers]
    assert AuditEvent.objects.filter(verb="organisation.changed", data__fields=["topics"]).count() == 2
    gone = make_topic()
    actions.merge_topics(gone, photonics, by=operator)
    for refused in ([gone], [make_topic() for _number in range(11)]):
        with pytest.raises(actions.NotPossible):
            actions.update_organisation(organisation, topics=refused, by=operator)
    assert list(organisation.topics.all()) == [lasers]
    with pytest.raises(PermissionDenied):
        actions.update_organisation(organisation, topics=[], by=UserFactory())
