from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from hanse_base.row_import import Verdict

from ...actions import import_topics


class Command(BaseCommand):
    help = (
        "Bring the tree of topics in line with a CSV file: code, parent, label_de and label_en (or label and "
        "language), synonyms_de and synonyms_en if wanted. Tells what became of each row; a second run changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            findings = import_topics(options["file"].read_bytes(), by=None)
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        for finding in findings:
            self.stdout.write(str(finding))
        counts = Counter(finding.verdict for finding in findings)
        told = ", ".join(f"{counts[verdict]} {verdict.label}" for verdict in Verdict if counts[verdict])
        self.stdout.write(f"{len(findings)} rows: {told or 'none'}")
