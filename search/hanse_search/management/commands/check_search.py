from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from elasticsearch import ApiError, TransportError

from hanse_search.documents import batches, differences, pending, rewrite, write_all_changes
from hanse_search.elastic import conf as elastic
from hanse_search.elastic import consistency
from hanse_search.elastic.feeding import feed
from hanse_search.sources import sources


class Command(BaseCommand):
    help = "Compare the documents of the search with their items. Ends with an error when something differs."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--repair", action="store_true", help="write anew what differs")

    def handle(self, *args, **options) -> None:
        self.stdout.write(f"changes that waited: {pending()}")
        write_all_changes()
        wrong = 0
        for source in sources:
            numbers = [0, 0, 0]
            for batch in batches(source):
                found = differences(source, batch)
                numbers = [number + len(ids) for number, ids in zip(numbers, found, strict=True)]
                if options["repair"] and any(found):
                    rewrite(source, set().union(*found))
            missing, stale, orphaned = numbers
            wrong += sum(numbers)
            self.stdout.write(f"{source.name}: {missing} missing, {stale} stale, {orphaned} orphaned")
        if elastic.url():
            wrong += self.check_index(repair=options["repair"])
        if wrong and not options["repair"]:
            raise CommandError("The search differs from what it finds. --repair mends it.")

    def check_index(self, *, repair: bool) -> int:
        try:
            feed()
            found = consistency.compare()
            if repair and found:
                consistency.repair(found)
        except (ApiError, TransportError) as problem:
            raise CommandError(f"Elasticsearch does not answer: {type(problem).__name__}.") from problem
        numbers = [len(found.missing), len(found.stale), len(found.orphaned)]
        self.stdout.write("Elasticsearch: {} missing, {} stale, {} orphaned".format(*numbers))
        return sum(numbers)
