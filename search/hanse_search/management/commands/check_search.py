from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from hanse_search.documents import batches, differences, pending, rewrite, write_all_changes
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
        if wrong and not options["repair"]:
            raise CommandError("The search differs from what it finds. --repair mends it.")
