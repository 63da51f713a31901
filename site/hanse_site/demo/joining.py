"""Two clusters that want to join the demo: one new, one that stands in the directory. Both are invented."""

from __future__ import annotations

from hanse_members import actions
from hanse_members.models import ClusterEntry, EntryField, EntryRegion, Terms

from ..models import User

ENTRY = {
    "name": "Werkstoffe am Fluss e. V.",
    "website": "werkstoffe-am-fluss.example.org",
    "region_text": "Sachsen",
    "founded": 2009,
    "members": 47,
    "as_of": "2021",
    "source": "Invented for the demo",
}
APPLICATIONS = (
    (
        ("Henrike", "Thoms", "h.thoms@wasserstoff-kueste.example.org"),
        {
            "name": "Wasserstoff Küste",
            "carrier": "Hafen und Stadtwerke gemeinsam",
            "function": "Clustermanagerin",
            "members": 34,
            "kinds": ["company", "university"],
            "regions": ["DE-NI", "DE-HB"],
            "fields": ["Elektrolyse", "Speicher", "Brennstoffzellen"],
            "contributes": "Ein Prüffeld für Dichtungen und Ventile, an dem Gäste messen dürfen, und vier Veranstaltungen im "
            "Jahr, die wir öffnen.",
            "seeks": "Messtechnik, die Lecks findet, und leichte Druckbehälter.",
            "languages": ["de", "en"],
        },
    ),
    (
        ("Jannis", "Roth", "j.roth@werkstoffe-am-fluss.example.org"),
        {
            "name": "Werkstoffe am Fluss",
            "carrier": "Werkstoffe am Fluss e. V.",
            "function": "Geschäftsführung",
            "members": 52,
            "contributes": "Ein Labor für Brüche und die Leute, die sie lesen können.",
            "languages": ["de"],
        },
    ),
)


def load_joining() -> int:
    """Those that are missing. Returns how many were added."""
    added = 0
    for (first, last, address), said in APPLICATIONS:
        if User.objects.filter(email=address).exists():
            continue
        person = User.objects.create_user(address, first_name=first, last_name=last)
        entry = _entry() if said["name"] == "Werkstoffe am Fluss" else None
        actions.apply_with_cluster(person=person, entry=entry, accepted=Terms.objects.contract(), **said)
        added += 1
    return added


def _entry() -> ClusterEntry:
    entry, made = ClusterEntry.objects.get_or_create(website=ENTRY["website"], defaults=ENTRY)
    if made:
        EntryRegion.objects.create(entry=entry, code="DE-SN")
        EntryField.objects.create(entry=entry, name="Werkstoffprüfung")
    return entry
