"""What Photonik Nord has of its own: a logo for each colour set, a page on joining, an imprint, in both languages."""

from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw

from hanse_access.uploads import accept_upload
from hanse_members import actions
from hanse_members.entry_pages import add_published
from hanse_members.models import Cluster, ClusterContentPage, ClusterPage

from ..models import User

SLUG = "photonik-nord"
#: strokes on light and on dark grounds
INKS = {"logo": "#9c3722", "logo_dark": "#f0a48f"}

PAGES = {
    "join": {
        "en": (
            "How to join",
            "Three steps, and the second one is a talk.",
            "<p>Apply here with your organisation and say what you will contribute. Our office calls you within a week. The "
            "board admits new members at its next meeting, at the latest after six weeks.</p><p>The fee depends on the number "
            "of people you employ. Institutes and public bodies pay the lowest rate.</p>",
        ),
        "de": (
            "Mitglied werden",
            "Drei Schritte, und der zweite ist ein Gespräch.",
            "<p>Bewerben Sie sich hier mit Ihrer Organisation und sagen Sie, was Sie einbringen. Unsere Geschäftsstelle ruft "
            "Sie innerhalb einer Woche an. Der Vorstand nimmt neue Mitglieder in seiner nächsten Sitzung auf, spätestens nach "
            "sechs Wochen.</p><p>Der Beitrag richtet sich nach der Zahl Ihrer Beschäftigten. Institute und öffentliche "
            "Einrichtungen zahlen den niedrigsten Satz.</p>",
        ),
    },
    "imprint": {
        "en": (
            "Imprint of Photonik Nord",
            "",
            "<p>Photonik Nord e. V.<br>Am Lichthof 3, 24103 Kiel</p><p>Represented by the board. Everything here is invented: "
            "there is no such association.</p>",
        ),
        "de": (
            "Impressum von Photonik Nord",
            "",
            "<p>Photonik Nord e. V.<br>Am Lichthof 3, 24103 Kiel</p><p>Vertreten durch den Vorstand. Alles hier ist erfunden: "
            "Diesen Verein gibt es nicht.</p>",
        ),
    },
}


def load_cluster_sites(people: dict[str, User]) -> int:
    """Where there is none yet. Returns how many pages were added."""
    cluster = Cluster.objects.get(slug=SLUG)
    if not cluster.logos.exists():
        drawn = {name: accept_upload(ContentFile(draw(ink), name="logo.png")) for name, ink in INKS.items()}
        actions.set_logos(cluster, by=people["manager.photonik"], **drawn)
    if ClusterContentPage.objects.filter(cluster=cluster).exists():
        return 0
    added = 0
    for name, texts in PAGES.items():
        key = None
        for language, (title, lead, text) in texts.items():
            parent = ClusterPage.objects.get(cluster=cluster, locale__language_code=language)
            page = ClusterContentPage(
                title=title,
                lead=lead,
                cluster=cluster,
                locale=parent.locale,
                body=[("paragraph", text)],
                purpose="imprint" if name == "imprint" else "",
                show_in_menus=name != "imprint",
            )
            if key is not None:
                page.translation_key = key
            add_published(parent, page, by=people["editor.photonik"])
            key = page.translation_key
            added += 1
    return added


def draw(ink: str) -> bytes:
    """Rays that a lens bends together: a PNG without a ground."""
    large, small = (960, 720), (240, 180)
    image = Image.new("RGBA", large, (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((390, 40, 570, 680), fill=ink)
    for height in (160, 360, 560):
        pen.line((20, height, 480, height), fill=ink, width=56)
        pen.line((480, height, 940, 360), fill=ink, width=56)
    file = BytesIO()
    image.resize(small, Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()
