"""What the managers of the three clusters say of them in the directory. Everything is invented."""

from __future__ import annotations

from hanse_members import actions
from hanse_members.models import Cluster, ClusterEntry

from ..models import User
from .applications import MANAGERS

FACTS = {
    "photonik-nord": {
        "members": 118,
        "smes": 84,
        "as_of": "10/2026",
        "founded": 2003,
        "regions": ["DE-SH", "DE-HH", "DE-MV"],
        "fields": ["Lasertechnik", "Optische Messtechnik", "Bildverarbeitung"],
        "carrier": "Photonik Nord e. V.",
        "legal_form": "Eingetragener Verein",
        "management": "Karla Wendt, Geschäftsführung\nTom Behrens, Kommunikation",
        "office": "Am Lichthof 3, 24103 Kiel",
        "bodies": "Vorstand: fünf Mitglieder aus Betrieben und Instituten\nBeirat: Kammern, Hochschulen, Land",
        "quality_label": "Silbernes Label der Clusterprogramme",
        "partners": "Technische Hochschule an der Förde\nIndustrie- und Handelskammern im Norden",
        "website": "photonik-nord.example.org",
    },
    "leichtbau-sued": {
        "members": 240,
        "members_exactness": "about",
        "as_of": "2026",
        "source": "Geschäftsbericht 2026",
        "founded": 1998,
        "regions": ["DE-BW", "DE-BY"],
        "fields": ["Faserverbund", "Werkzeugbau", "Prüfung", "Kreislaufwirtschaft"],
        "carrier": "Leichtbau Süd Management GmbH",
        "legal_form": "Gemeinnützige GmbH",
        "management": "Matthias Kögler, Clustermanagement",
        "office": "Werkstraße 12, 72762 Reutlingen",
        "bodies": "Gesellschafterversammlung\nFachbeirat mit vier Arbeitskreisen",
        "website": "leichtbau-sued.example.org",
    },
    "biomed-mitte": {
        "members": 63,
        "smes": 41,
        "members_note": "mit drei Kliniken",
        "as_of": "6/2026",
        "founded": 2012,
        "regions": ["DE-ST", "DE-TH"],
        "fields": ["Medizintechnik", "Diagnostik"],
        "carrier": "Land und Kammern gemeinsam",
        "management": "Aylin Sommer, Leitung",
        "website": "biomed-mitte.example.org",
    },
}


def load_facts(people: dict[str, User]) -> int:
    """Those of clusters that have said none yet. Returns how many were added."""
    known = set(ClusterEntry.objects.exclude(cluster=None).exclude(carrier="").values_list("cluster__slug", flat=True))
    missing = [slug for slug in FACTS if slug not in known]
    for slug in missing:
        actions.save_facts(Cluster.objects.get(slug=slug), by=people[MANAGERS[slug]], **FACTS[slug])
    return len(missing)
