"""The field for topics: what it offers, what it keeps, what it refuses; and what a text suggests."""

import pytest
from django import forms
from django.http import QueryDict
from django.utils import translation

from hanse_members.models import Topic
from hanse_members.topic_fields import TopicsField
from hanse_members.topic_suggestions import folded_words, suggest_topics
from tests.factories.topics import make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def photonics():
    return make_topic("Photonics", de="Photonik")


@pytest.fixture
def lasers(photonics):
    return make_topic("Lasers", photonics, de="Laser", synonyms="coherent light")


def form_for(query=None, **kwargs):
    form = forms.Form(data=QueryDict(query) if query is not None else None)
    form.fields["topics"] = TopicsField(**kwargs)
    return form


def test_a_choice_cleans_to_topics(photonics, lasers):
    form = form_for(f"topics={lasers.pk}&topics={photonics.pk}&topics={lasers.pk}")
    assert form.is_valid()
    assert form.cleaned_data["topics"] == [photonics, lasers]


def test_nothing_ticked_is_an_empty_choice_where_none_is_needed(photonics):
    form = form_for("", required=False)
    assert form.is_valid()
    assert form.cleaned_data["topics"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "required"),
        ("topics=999999", "unknown"),
        ("topics=x", "unknown"),
        ("topics=-1", "unknown"),
        ("topics=%C2%B2", "unknown"),
        (f"topics={'9' * 30}", "unknown"),
        ("&".join(f"topics={number}" for number in range(300)), "too_many"),
    ],
)
def test_bad_input_is_an_error_at_the_field(lasers, query, code):
    form = form_for(query)
    assert not form.is_valid()
    assert [error.code for error in form.errors.as_data()["topics"]] == [code]
    assert "topic-field" in form.as_p()


def test_too_many_are_refused_and_kept(photonics, lasers):
    form = form_for(f"topics={lasers.pk}&topics={photonics.pk}", maximum=1)
    assert form.errors.as_data()["topics"][0].code == "too_many"
    assert form.as_p().count("checked") == 2


def test_a_merged_topic_is_refused_and_what_it_became_is_ticked(photonics, lasers):
    old = make_topic("Laser beams")
    Topic.objects.filter(pk=old.pk).update(merged_into=lasers)
    form = form_for(f"topics={old.pk}&topics={photonics.pk}")
    error = form.errors["topics"][0]
    assert "Laser beams" in error
    assert "Lasers" in error
    html = form.as_p()
    assert html.count("checked") == 2
    assert f'value="{lasers.pk}" id="id_topics_1" aria-invalid="true" checked' in html
    assert "Laser beams" not in html.split("<topic-field")[1]


def test_branches_with_something_chosen_are_open(photonics, lasers):
    other = make_topic("Tooling")
    make_topic("Dies", other)
    form = form_for()
    form.initial = {"topics": [lasers]}
    html = form.as_p()
    assert html.count("<details") == 2
    assert html.count("<details open") == 1
    assert html.index("<details open") > html.index("Photonics")


def test_labels_are_in_the_readers_language_and_found_by_the_others(photonics, lasers):
    with translation.override("de"):
        html = form_for().as_p()
    assert "<span>Photonik</span>" in html
    assert 'data-words="Photonics"' in html
    assert "coherent light" in html


def test_topics_that_the_text_speaks_of_are_suggested_first_without_those_chosen(photonics, lasers):
    form = form_for(suggest_from="We build lasers for photonics.")
    form.initial = {"topics": [photonics]}
    html = form.as_p()
    suggested = html[html.index("Suggested") : html.index("topic-tree")]
    assert "Lasers" in suggested
    assert "Photonics" not in suggested


def test_the_number_of_queries_does_not_grow(photonics, lasers, django_assert_num_queries):
    def draw():
        form = form_for(suggest_from="lasers")
        form.initial = {"topics": [lasers, photonics]}
        return form.as_p()

    with django_assert_num_queries(3):
        draw()
    for _number in range(20):
        make_topic(parent=make_topic(parent=photonics))
    with django_assert_num_queries(3):
        draw()


def test_a_form_knows_whether_the_choice_changed(photonics, lasers):
    field = TopicsField()
    assert not field.has_changed([photonics, lasers], [str(lasers.pk), str(photonics.pk)])
    assert field.has_changed([photonics], [str(lasers.pk)])
    assert field.has_changed(None, ["x"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Präzision", "Praezision"),
        ("Sensoren", "Sensor"),
        ("Sensors", "sensor"),
        ("Batterien", "Batterie"),
        ("batteries", "battery"),
        ("Maße", "Masse"),
        ("processes", "process"),
        ("Faser", "Fasern"),
    ],
)
def test_case_umlauts_and_plurals_make_no_difference(one, other):
    assert folded_words(one) == folded_words(other)


def test_suggestions_match_whole_words_only(lasers):
    assert suggest_topics("Wir bauen Laser.") == [lasers.pk]
    assert suggest_topics("Blasers and relasered things") == []
    assert suggest_topics("") == []


def test_longer_terms_come_first_then_labels_before_synonyms(photonics, lasers):
    welding = make_topic("Laser welding", lasers)
    light = make_topic("Light sources", synonyms="laser")
    found = suggest_topics("Laser welding, and the laser itself", "en")
    assert found == [welding.pk, lasers.pk, light.pk]
    assert suggest_topics("Laser welding, and the laser itself", "en", most=1) == [welding.pk]


def test_merged_topics_are_not_suggested(photonics, lasers):
    Topic.objects.filter(pk=lasers.pk).update(merged_into=photonics)
    assert suggest_topics("Laser") == []
