from __future__ import annotations

from functools import partial

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError
from elasticsearch import ApiError, TransportError

from hanse_search.documents import batches, rewrite, write_all_changes
from hanse_search.elastic import conf as elastic
from hanse_search.elastic.feeding import feed, rebuild
from hanse_search.figures import REBUILT, note
from hanse_search.models import SearchDocument
from hanse_search.sources import sources

PLACE = "hanse_search.rebuild"


class Command(BaseCommand):
    help = "Write the documents of the search anew, while it goes on answering. An interrupted run can be resumed."

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "sources", nargs="*", help="kinds of items, all unless said: " + ", ".join(s.name for s in sources)
        )
        parser.add_argument("--resume", action="store_true", help="go on where the last run was interrupted")

    def handle(self, *args, **options) -> None:
        wanted = options["sources"] or [source.name for source in sources]
        if unknown := sorted(set(wanted) - {source.name for source in sources}):
            raise CommandError(f"Not known: {', '.join(unknown)}")
        done: dict[str, int] = (cache.get(PLACE) or {}) if options["resume"] else {}
        for source in sources:
            if source.name in wanted:
                self.rebuild(source, done)
        write_all_changes()
        if not options["sources"]:
            note(REBUILT)
        if elastic.url() and not options["sources"]:
            self.rebuild_index(resume=options["resume"])
        # Only now: what interrupts the index is no reason to write all documents once more.
        cache.delete(PLACE)

    def rebuild_index(self, *, resume: bool) -> None:
        try:
            count = rebuild(resume=resume, progress=partial(self.progress, "Elasticsearch"))
            feed()
        except (ApiError, TransportError) as problem:
            text = f"Elasticsearch does not answer ({type(problem).__name__}); the database does. Go on with --resume."
            raise CommandError(text) from problem
        self.stdout.write(f"Elasticsearch: {count}")

    def rebuild(self, source, done: dict[str, int]) -> None:
        after = done.get(source.name, 0)
        whole = source.rows().count()
        # More than that only where documents are of items that are no more.
        written = source.rows().filter(pk__lte=after).count() if after else 0
        for batch in batches(source, after):
            rewrite(source, batch, whole=True)
            written = min(written + len(batch), whole)
            done[source.name] = batch[-1]
            cache.set(PLACE, done, timeout=None)
            self.progress(source.name, written, whole)
        count = SearchDocument.objects.filter(source=source.name, gone=False).count()
        self.stdout.write(f"{source.name}: {count}")

    def progress(self, name: str, written: int, whole: int) -> None:
        if self.stdout.isatty():
            filled = round(30 * written / max(whole, 1))
            self.stdout.write(f"\r{name} [{'#' * filled}{' ' * (30 - filled)}] {written}/{whole}", ending="")
            if written >= whole:
                self.stdout.write("\r", ending="")
