"""The words of parts in each database: a table of SQLite's FTS5, a column of PostgreSQL's tsvector.

Four classes: exact words of the title, stems of the title, exact words of the text, stems of the text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, migrations
from django.db.models import BooleanField, Func

from .analysis import Word, stems, words
from .compounds import parts_of
from .models import SearchPart
from .spelling import remember_words

#: as columns of SQLite and as weights of PostgreSQL
CLASSES = {"title": "A", "title_stems": "B", "text": "C", "text_stems": "D"}
TABLE = "hanse_search_words"
#: of a position in a tsvector
LAST_POSITION = 16_383
#: bytes of the words in a tsvector, which PostgreSQL limits to 1,048,575
MOST_BYTES = 1_000_000
#: different words of a part that are stemmed; the others are found as they are written
MOST_STEMMED = 5_000


class CreateWords(migrations.RunPython):
    """Operation of the migration that makes table or column."""

    def __init__(self) -> None:
        super().__init__(_create, _drop)

    def deconstruct(self):
        return (type(self).__name__, [], {})


def _create(apps, schema_editor) -> None:
    part = apps.get_model("hanse_search", "SearchPart")._meta.db_table
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f'ALTER TABLE "{part}" ADD COLUMN words tsvector')
        schema_editor.execute(f'CREATE INDEX {TABLE} ON "{part}" USING gin (words)')
    else:
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE {TABLE} USING fts5({', '.join(CLASSES)}, detail=full,"
            " tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* Co'\")"
        )


def _drop(apps, schema_editor) -> None:
    part = apps.get_model("hanse_search", "SearchPart")._meta.db_table
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f'ALTER TABLE "{part}" DROP COLUMN words')
    else:
        schema_editor.execute(f"DROP TABLE {TABLE}")


class IndexTitles(migrations.RunPython):
    """Operation of the migration that makes an index of titles alone: a word of many texts is in few of them."""

    def __init__(self) -> None:
        super().__init__(_index_titles, _drop_index_of_titles)

    def deconstruct(self):
        return (type(self).__name__, [], {})


def _index_titles(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        part = apps.get_model("hanse_search", "SearchPart")._meta.db_table
        schema_editor.execute(f"CREATE INDEX {TABLE}_titles ON \"{part}\" USING gin (ts_filter(words, '{{a,b}}'))")


def _drop_index_of_titles(apps, schema_editor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {TABLE}_titles")


def store_words(parts: Iterable[tuple[SearchPart, str]]) -> None:
    """For stored parts, each with the language of its text."""
    rows: list[tuple] = []
    told: list[list[Word]] = []
    for part, language in parts:
        title, text = list(words(part.title)), list(words(part.text))
        told += [title, text]
        rows.append((part.pk, title, _stems(title, language), text, _stems(text, language)))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            table = SearchPart._meta.db_table
            vectors = [(_vector(*row[1:]), row[0]) for row in rows]
            cursor.executemany(f'UPDATE "{table}" SET words = %s::tsvector WHERE id = %s', vectors)  # noqa: S608 - names of our own tables
        else:
            lines = [
                (pk, _line(title), " ".join(title_stems), _line(text), " ".join(text_stems))
                for pk, title, title_stems, text, text_stems in rows
            ]
            cursor.executemany(f"DELETE FROM {TABLE} WHERE rowid = %s", [line[:1] for line in lines])  # noqa: S608 - names of our own tables
            cursor.executemany(f"INSERT INTO {TABLE} (rowid, {', '.join(CLASSES)}) VALUES (%s, %s, %s, %s, %s)", lines)  # noqa: S608 - names of our own tables
    remember_words(told)


def _stems(found: list[Word], language: str) -> list[str]:
    different = list(dict.fromkeys(word.folded for word in found))[:MOST_STEMMED]
    parts = [part for word in different for part in parts_of(word)] if language != "en" else []
    found_stems = {stem for word in different for stem in stems(word, language)}
    return sorted(found_stems | {stem for part in parts for stem in stems(part, "de")})


def _line(found: list[Word]) -> str:
    return " ".join(word.folded for word in found)


def _vector(title: list[Word], title_stems: list[str], text: list[Word], text_stems: list[str]) -> str:
    """Written as a tsvector. The text begins a place later, so that no phrase reaches from the title into it."""
    places: dict[str, list[str]] = {}
    left = MOST_BYTES

    def put(word: str, place: int, weight: str) -> None:
        nonlocal left
        if word not in places:
            left -= len(word.encode()) + 6
            if left < 0:
                return
            places[word] = []
        places[word].append(f"{place}{weight}")

    ends = LAST_POSITION - 2
    for place, word in enumerate(title[:ends], start=1):
        put(word.folded, place, "A")
    for place, word in enumerate(text[: max(ends - len(title) - 1, 0)], start=len(title) + 2):
        put(word.folded, place, "C")
    # Two classes of one word need two places: it can have each of them only once.
    for stem in title_stems:
        put(stem, LAST_POSITION - 1, "B")
    for stem in text_stems:
        put(stem, LAST_POSITION, "D")
    return " ".join(f"'{word}':{','.join(found[:250] + found[250:][-2:])}" for word, found in places.items())


@dataclass(frozen=True)
class Phrase:
    """These folded words stand one after the other in one of the classes; ``prefix``: the last may go on."""

    tokens: tuple[str, ...]
    classes: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True)
class AnyOf:
    of: tuple[Phrase | AllOf, ...]


@dataclass(frozen=True)
class AllOf:
    of: tuple[Phrase | AnyOf, ...]


Occurrence = Phrase | AnyOf | AllOf


class Holds(Func):
    """Condition on a part: what is looked for occurs in its words. ``part`` is the way to its key.

    One question of the full text, whatever is looked for, so that the index answers it at once.
    """

    output_field = BooleanField()

    def __init__(self, part: str, occurrence: Occurrence) -> None:
        super().__init__(part)
        self.occurrence = occurrence

    @property
    def identity(self):
        return (*super().identity, self.occurrence)

    def as_postgresql(self, compiler, _connection, **_context):
        (key,) = self.get_source_expressions()
        column = f"{compiler.quote_name_unless_alias(key.alias)}.words"
        if all(name.startswith("title") for name in _classes(self.occurrence)):
            column = f"ts_filter({column}, '{{a,b}}')"  # as in the index of titles
        return f"{column} @@ %s::tsquery", [_tsquery(self.occurrence)]

    def as_sqlite(self, compiler, _connection, **_context):
        (key,) = self.get_source_expressions()
        sql, params = compiler.compile(key)
        asked = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s"  # noqa: S608 - names of our own tables
        return f"{sql} IN ({asked})", [*params, _fts5(self.occurrence)]


def _classes(occurrence: Occurrence) -> set[str]:
    if isinstance(occurrence, Phrase):
        return set(occurrence.classes)
    return {name for one in occurrence.of for name in _classes(one)}


def _tsquery(occurrence: Occurrence) -> str:
    if not isinstance(occurrence, Phrase):
        return f"({(' | ' if isinstance(occurrence, AnyOf) else ' & ').join(_tsquery(one) for one in occurrence.of)})"
    plain = "".join(CLASSES[name] for name in occurrence.classes)
    labels = [plain] * (len(occurrence.tokens) - 1) + [("*" if occurrence.prefix else "") + plain]
    words = [f"'{token}':{label}" for token, label in zip(occurrence.tokens, labels, strict=True)]
    return f"({' <-> '.join(words)})"


def _fts5(occurrence: Occurrence) -> str:
    if not isinstance(occurrence, Phrase):
        return f"({(' OR ' if isinstance(occurrence, AnyOf) else ' AND ').join(_fts5(one) for one in occurrence.of)})"
    places = f"{{{' '.join(occurrence.classes)}}}"
    return f'({places} : "{" ".join(occurrence.tokens)}"{" *" if occurrence.prefix else ""})'
