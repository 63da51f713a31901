"""``python -m tests.bench [full|small]``: measure on a database of its own, made beside the one in DATABASE_URL.

Prints tables and keeps them in var/bench: rule-<size>.json, search-<size>.json, rooms-<size>.json. Ends with 1 when a
goal is missed at full size; at the small size, which only keeps the bench alive, numbers mean nothing.
"""

import argparse
import logging
import os
import sys
import time


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("size", nargs="?", choices=["full", "small"], default="full")
    parser.add_argument("--pairs", type=int, default=9, help="interleaved pairs for each comparison, at least 5")
    parser.add_argument(
        "--part", choices=["rule", "experts", "near", "rooms", "search"], help="only this; all unless said"
    )
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.test.utils import override_settings, setup_databases, teardown_databases

    from .world import FULL, SMALL

    size = {"full": FULL, "small": SMALL}[arguments.size]
    logging.getLogger("hanse_site.requests").setLevel(logging.WARNING)
    folder, missed = settings.VAR_DIR / "bench", 0
    if arguments.part not in ("rooms", "search"):
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            with override_settings(ROOT_URLCONF="tests.bench.urls"):
                missed = run(size, max(arguments.pairs, 5), folder, arguments.part)
        finally:
            teardown_databases(databases, verbosity=0)
    if arguments.part in (None, "search"):
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            missed |= run_search(arguments.size, folder)
        finally:
            teardown_databases(databases, verbosity=0)
    if arguments.part in (None, "rooms"):
        missed |= run_rooms(arguments.size, folder)
    return missed


def run_search(name: str, folder) -> int:
    """In an index of its own, where there is an Elasticsearch; else the database alone."""
    from contextlib import nullcontext

    from django.conf import settings

    from tests.search.elastic import index_of_its_own

    from . import search

    size = {"full": search.FULL, "small": search.SMALL}[name]
    with index_of_its_own(settings) if settings.TEST_ELASTICSEARCH_URL else nullcontext():
        figures = search.run(size)
    sys.stdout.write(search.table(figures) + f"\nKept in {search.keep(folder, size, figures)}\n")
    return int(bool(figures.missed) and name == "full")


def run_rooms(size: str, folder) -> int:
    """On servers of its own, one after the other with what else is measured."""
    from .rooms import run as rooms

    figures = rooms.measure(size)
    sys.stdout.write(rooms.table(figures) + f"\nKept in {rooms.write(folder, size, figures)}\n")
    return int(bool(figures.missed) and size == "full")


def run(size, pairs, folder, part=None) -> int:
    from . import experts, near, report, rule, world

    start = time.monotonic()
    built = world.build(size)
    say = sys.stdout.write
    say(f"{size.items} items, {size.rooms} rooms, {size.clusters} clusters in {time.monotonic() - start:.0f} s\n")
    seen = {who: rule.share_seen(person) for who, person in built.asking.items()}
    say("; ".join(f"{who}: sees {share:.2%}" for who, share in seen.items()) + "\n")
    results = list(rule.measure(built, pairs)) if part in (None, "rule") else []
    if part != "rule":
        start = time.monotonic()
        experts.build(built)
        say(f"{experts.PROFILES[size.name]} profiles in {time.monotonic() - start:.0f} s\n")
    if part in (None, "experts"):
        results += experts.measure(built, pairs)
    if part in (None, "near"):
        near.build(built)
        results += near.measure(built, pairs)
    say(report.table(results) + "\n")
    path = report.write(folder, size, pairs, seen, results)
    say(f"Kept in {path}\n")
    missed = any(result.missed for result in results)
    return int(missed and size is world.FULL)


sys.exit(main())
