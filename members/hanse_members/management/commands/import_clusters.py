from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from hanse_base.row_import import Verdict

from ...entry_import import COLUMNS, import_entries


class Command(BaseCommand):
    help = (
        f"Bring the directory of clusters in line with a CSV file ({', '.join(COLUMNS)}). All or nothing; tells what "
        "became of each row; a second run changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--as-of", required=True, help="time of the figures, such as 2021 or 2012–2021")
        parser.add_argument("--source", required=True, help="where the figures were published")

    def handle(self, *args, **options):
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        try:
            findings = import_entries(data, as_of=options["as_of"], source=options["source"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for finding in findings:
            self.stdout.write(str(finding))
        counts = Counter(finding.verdict for finding in findings)
        told = ", ".join(f"{counts[verdict]} {verdict.label}" for verdict in Verdict if counts[verdict])
        self.stdout.write(f"{len(findings)} rows: {told or 'none'}")
