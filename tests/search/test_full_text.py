"""What is looked for is one question of the full text, so that its index answers it at once."""

import pytest
from django.db import connection

from hanse_search.models import SearchPart
from hanse_search.words import AllOf, AnyOf, Holds, Phrase

EITHER = AnyOf(
    (
        Phrase(("coating",), ("title", "text")),
        AllOf((Phrase(("laser",), ("text",)), Phrase(("clad",), ("text",), prefix=True))),
    )
)
IN_TITLES = AnyOf((Phrase(("co",), ("title",), prefix=True), Phrase(("coat",), ("title_stems",))))


@pytest.mark.parametrize("occurrence", [EITHER, IN_TITLES])
def test_it_is_asked_once(occurrence):
    sql, params = SearchPart.objects.filter(Holds("pk", occurrence)).query.sql_with_params()
    assert sql.count("@@") + sql.count("MATCH") == len(params) == 1


@pytest.mark.postgresql
@pytest.mark.django_db
def test_titles_are_asked_by_their_own_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for occurrence, index in ((EITHER, "hanse_search_words"), (IN_TITLES, "hanse_search_words_titles")):
        plan = SearchPart.objects.filter(Holds("pk", occurrence)).explain()
        assert f" on {index} " in plan
