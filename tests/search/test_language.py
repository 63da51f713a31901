"""Questions in German and English find what they mean: umlauts, compounds, forms, slips, part numbers."""

import pytest

from hanse_search.backends import backend
from hanse_search.documents import write_all_changes
from hanse_search.queries import parse
from hanse_search.searching import Search
from tests.factories.news import NewsPageFactory
from tests.scenes import scenes

from .asking import viewer_of
from .conftest import make_clusters
from .language import QUESTIONS, THINGS, reciprocal_rank

pytestmark = pytest.mark.django_db

#: mean reciprocal rank that neither backend may fall below; what was measured is in docs/reference/benchmarks.md
FLOOR = 0.98


def make_things() -> None:
    from hanse_members.models import Cluster

    make_clusters()
    cluster = Cluster.objects.order_by("pk").first()
    for language, title, text in THINGS.values():
        NewsPageFactory(cluster=cluster, title=title, teaser=text, language=language, date="2026-01-01")
    write_all_changes()


scenes["things_to_ask_for"] = make_things


@pytest.fixture
def things_to_ask_for(stage, db):
    return THINGS


def titles(typed: str) -> list[str]:
    """As the page of the search answers: for what was meant, where nothing has what was typed."""
    search = Search(viewer_of(None), parse(typed)[0])
    if not search.counts().total and (correction := search.correction()):
        search = Search(viewer_of(None), correction.query)
    return [str(result.found.title) for result in search.page(size=20).results]


def test_there_are_enough_questions_of_every_kind():
    assert len(QUESTIONS) >= 60
    assert {key for _typed, key in QUESTIONS} <= THINGS.keys()


def test_the_mean_reciprocal_rank(things_to_ask_for, each_backend, record_property):
    ranks = {typed: reciprocal_rank(titles(typed), THINGS[key][1]) for typed, key in QUESTIONS}
    mean = sum(ranks.values()) / len(ranks)
    record_property(f"mean reciprocal rank of {type(backend()).__name__}", f"{mean:.3f} of {len(ranks)} questions")
    missed = {typed: round(rank, 2) for typed, rank in ranks.items() if rank < 1}
    print(f"\n{type(backend()).__name__}: {mean:.3f} of {len(ranks)} questions; not first: {missed}")  # noqa: T201
    assert mean >= FLOOR, missed
