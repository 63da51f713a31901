"""What the index looks like: its fields, and how words in it become terms.

Words arrive folded (``analysis.fold``), one blank between two, so that a word is the same here, in the database and in
a query, and with the parts of compounds that are made of known words alone. Elasticsearch adds what the database does
not have: known words within others, and stems of its own. No
statistics are used: what occurs in hidden items must not move what is seen. The text itself is not kept: what is shown
comes from the rows, and what is to be indexed from the documents.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from elasticsearch.dsl import Boolean, Index, Keyword, Long, Nested, Object, Text, analyzer, token_filter

from ..compounds import PARTS
from ..queries import LONGEST_BEGINNING, SHORTEST_BEGINNING

#: What is found within a word of which the rest is not known has as many letters at least: shorter ones stand in many
#: words by chance, such as "ring" in "Verringerung".
SHORTEST_PART = 6

compounds = token_filter(
    "hanse_compounds",
    type="dictionary_decompounder",
    word_list=sorted(part for part in PARTS if len(part) >= SHORTEST_PART),
    min_word_size=SHORTEST_PART + 2,
    min_subword_size=SHORTEST_PART,
    max_subword_size=20,
    only_longest_match=False,
)
german_stems = token_filter("hanse_german", type="stemmer", language="light_german")
english_stems = token_filter("hanse_english", type="stemmer", language="english")

plain = analyzer("hanse_plain", tokenizer="whitespace")
german = analyzer("hanse_german", tokenizer="whitespace", filter=[compounds, german_stems, "remove_duplicates"])
german_asked = analyzer("hanse_german_asked", tokenizer="whitespace", filter=[german_stems])
english = analyzer("hanse_english", tokenizer="whitespace", filter=[english_stems])

#: fields of stems by language; a part of unknown language fills them all
STEMS = {"de": "stems_de", "en": "stems_en"}
#: title and text are never one field: a word counts for more in the one
PLACES = ("title", "text")

SETTINGS = {
    # Counts of facets are exact within one shard, and a platform's texts fit into one.
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # Whoever writes refreshes before it says that something is indexed.
    "refresh_interval": "-1",
    # A deletion is remembered, so that what was on its way before it does not bring the document back.
    "gc_deletes": "12h",
}

#: which beginnings of words are kept
BEGINNINGS = {"min_chars": SHORTEST_BEGINNING, "max_chars": LONGEST_BEGINNING}


def describe(name: str) -> Index:
    """The index of this name, with fields, analyzers and settings; ``create`` makes it."""
    index = Index(name)
    index.settings(**SETTINGS)
    for each in (plain, german, german_asked, english):
        index.analyzer(each)
    mapping = index.get_or_create_mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", enabled=False)
    mapping.meta("dynamic_templates", [{"facets": {"path_match": "parts.facets.*", "mapping": {"type": "keyword"}}}])
    for field in ("source", "audience"):
        mapping.field(field, Keyword())
    for field in (
        "object_id",
        "row",
        "author_id",
        "container",
        "place",
        "moment",
        "shown_from",
        "shown_until",
        "lower_after",
    ):
        mapping.field(field, Long())
    words: dict[str, Any] = {}
    for place in PLACES:
        words[place] = Text(analyzer=plain, norms=False, index_prefixes=BEGINNINGS)
        words[f"{place}_stems_de"] = Text(
            analyzer=german, search_analyzer=german_asked, norms=False, index_options="docs"
        )
        words[f"{place}_stems_en"] = Text(analyzer=english, norms=False, index_options="docs")
    parts = {"for_all": Boolean(), "audience": Keyword(), "facets": Object(dynamic=True), **words}
    mapping.field("parts", Nested(properties=parts))
    return index


def fingerprint() -> str:
    """Changes with anything above: an index of another layout has to be built anew."""
    return hashlib.sha256(json.dumps(describe("hanse").to_dict(), sort_keys=True).encode()).hexdigest()[:16]
