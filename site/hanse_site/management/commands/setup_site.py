from django.core.management.base import BaseCommand

from hanse_site.setup import create_site_pages


class Command(BaseCommand):
    help = "Create home, imprint, privacy and accessibility pages where they are missing. May be run again at any time."

    def handle(self, *args, **options) -> None:
        homes = create_site_pages()
        self.stdout.write(f"Home pages: {', '.join(home.url_path for home in homes)}")
        self.stdout.write("Fill in what stands in [square brackets] on imprint, privacy and accessibility.")
