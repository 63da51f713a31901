"""The texts of the pages that every installation begins with, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

TEXTS = Path(__file__).parent / "texts"


@dataclass(frozen=True)
class HomeText:
    title: str
    kicker: str
    heading: str
    lead: str
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class StandardText:
    """A standard page; its rich text stands in the file ``<name>.<language>.html`` of the folder ``texts``."""

    name: str
    language: str
    title: str
    slug: str
    lead: str

    @property
    def body(self) -> str:
        text = (TEXTS / f"{self.name}.{self.language}.html").read_text(encoding="utf-8")
        return " ".join(text.split()).replace("> <", "><").replace("<br/> ", "<br/>")


HOME = {
    "en": HomeText(
        title="Home",
        kicker="Clusters of companies and research institutes",
        heading="Find the partner who has already solved half of it",
        lead=(
            "Independent clusters work together here. Whoever publishes something decides who sees it: "
            "chosen clusters, all members, or everyone."
        ),
        points=(
            (
                "The author decides who sees it",
                "One choice on every item, always shown in words. It holds everywhere: lists, numbers, feeds, files.",
            ),
            (
                "Every cluster keeps its face",
                "Own pages, own colours, own editors. What concerns several clusters is shared and written once.",
            ),
            (
                "The management stays the first contact",
                "It admits the members of its cluster and is named where people need someone to turn to.",
            ),
        ),
    ),
    "de": HomeText(
        title="Startseite",
        kicker="Cluster aus Unternehmen und Forschungseinrichtungen",
        heading="Finden Sie den Partner, der die Hälfte schon gelöst hat",
        lead=(
            "Hier arbeiten unabhängige Cluster zusammen. Wer etwas veröffentlicht, entscheidet, wer es sieht: "
            "ausgewählte Cluster, alle Mitglieder oder die Öffentlichkeit."
        ),
        points=(
            (
                "Wer schreibt, entscheidet, wer es sieht",
                "Eine Auswahl an jedem Beitrag, immer in Worten angezeigt. Sie gilt überall: in Listen, Zahlen, "
                "Feeds und Dateien.",
            ),
            (
                "Jedes Cluster behält sein Gesicht",
                "Eigene Seiten, eigene Farben, eigene Redaktion. Was mehrere Cluster angeht, wird geteilt und einmal "
                "geschrieben.",
            ),
            (
                "Das Management bleibt erste Anlaufstelle",
                "Es nimmt die Mitglieder seines Clusters auf und wird dort genannt, wo jemand gebraucht wird.",
            ),
        ),
    ),
}

LEGAL = (
    {
        "en": StandardText(
            name="imprint",
            language="en",
            title="Imprint",
            slug="imprint",
            lead="Information according to section 5 of the German Digital Services Act (DDG).",
        ),
        "de": StandardText(
            name="imprint",
            language="de",
            title="Impressum",
            slug="impressum",
            lead="Angaben nach § 5 des Digitale-Dienste-Gesetzes (DDG).",
        ),
    },
    {
        "en": StandardText(
            name="privacy",
            language="en",
            title="Privacy",
            slug="privacy",
            lead="Which personal data this platform handles, for what, how long, and what you can ask for.",
        ),
        "de": StandardText(
            name="privacy",
            language="de",
            title="Datenschutz",
            slug="datenschutz",
            lead="Welche personenbezogenen Daten hier verarbeitet werden, wofür und wie lange, und Ihre Rechte.",
        ),
    },
    {
        "en": StandardText(
            name="terms",
            language="en",
            title="Terms of use",
            slug="terms",
            lead="What everybody agrees to who has an account here.",
        ),
        "de": StandardText(
            name="terms",
            language="de",
            title="Nutzungsbedingungen",
            slug="nutzungsbedingungen",
            lead="Worauf sich alle einigen, die hier ein Konto haben.",
        ),
    },
    {
        "en": StandardText(
            name="accessibility",
            language="en",
            title="Accessibility",
            slug="accessibility",
            lead="We want everyone to be able to work here, whatever they use to read, see, hear or type.",
        ),
        "de": StandardText(
            name="accessibility",
            language="de",
            title="Barrierefreiheit",
            slug="barrierefreiheit",
            lead="Hier sollen alle arbeiten können, gleich womit sie lesen, sehen, hören oder tippen.",
        ),
    },
)
