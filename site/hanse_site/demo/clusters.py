"""The three invented clusters and their entry pages."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class EntryText:
    kicker: str
    tagline: str
    lead: str
    about: str


@dataclass(frozen=True)
class DemoCluster:
    slug: str
    name: str
    short_name: str
    accent: str
    contact_email: str
    en: EntryText
    de: EntryText
    settings: dict = field(default_factory=dict)


DIRECTORY_LEAD = {
    "en": "Each cluster is run by its own management. They share this platform, and what they choose to share on it.",
    "de": "Jedes Cluster führt seine eigene Geschäftsstelle. Gemeinsam ist ihnen diese Plattform – und was sie auf ihr "
    "teilen wollen.",
}

CLUSTERS = (
    DemoCluster(
        slug="photonik-nord",
        name="Photonik Nord",
        short_name="Photonik Nord",
        accent="#9c3722",
        contact_email="office@photonik-nord.example.org",
        en=EntryText(
            "Optical technologies · between the seas",
            "Firms and institutes that measure, mark and see with light",
            "We bring makers of lasers, sensors and optics together with those who need them – across firms, and with "
            "other clusters.",
            "<p>Most of our members have fewer than fifty people. What none of them can afford alone, they do together: a "
            "measuring laboratory, a stand at the fair, a course in laser safety, a project with a university.</p><p>New "
            "members come through a talk with our office. We ask one thing only: what will you contribute?</p>",
        ),
        de=EntryText(
            "Optische Technologien · zwischen den Meeren",
            "Betriebe und Institute, die mit Licht messen, markieren und sehen",
            "Wir bringen Hersteller von Lasern, Sensoren und Optiken mit denen zusammen, die sie brauchen – über "
            "Firmengrenzen hinweg und mit anderen Clustern.",
            "<p>Die meisten unserer Mitglieder haben weniger als fünfzig Beschäftigte. Was sich keines allein leisten "
            "kann, machen sie gemeinsam: ein Messlabor, einen Messestand, einen Kurs zur Lasersicherheit, ein Projekt mit "
            "einer Hochschule.</p><p>Neue Mitglieder kommen über ein Gespräch mit unserer Geschäftsstelle. Wir fragen nur "
            "eines: Was bringen Sie ein?</p>",
        ),
        settings={"host_name": "photonik-nord.localhost"},
    ),
    DemoCluster(
        slug="leichtbau-sued",
        name="Leichtbau Süd",
        short_name="Leichtbau Süd",
        accent="#1f5a85",
        contact_email="office@leichtbau-sued.example.org",
        en=EntryText(
            "Lightweight construction · from the Alb to the lake",
            "Everything that moves can weigh less",
            "Designers, toolmakers and testers of light parts, from the first fibre to recycling. Their machines stand an "
            "hour apart at most.",
            "<p>Lightweight construction is a chain: design, material, tool, process, test, repair. Nobody holds all of "
            "it. Our working groups follow the chain, and each is led by a firm and an institute together.</p>",
        ),
        de=EntryText(
            "Leichtbau · von der Alb bis zum See",
            "Alles, was sich bewegt, kann weniger wiegen",
            "Konstruktion, Werkzeugbau und Prüfung leichter Bauteile, von der ersten Faser bis zum Recycling. Die "
            "Maschinen stehen höchstens eine Stunde auseinander.",
            "<p>Leichtbau ist eine Kette: Entwurf, Werkstoff, Werkzeug, Prozess, Prüfung, Reparatur. Niemand hat alle "
            "Glieder. Unsere Arbeitskreise folgen der Kette, und jeden leiten ein Betrieb und ein Institut gemeinsam.</p>",
        ),
    ),
    DemoCluster(
        slug="biomed-mitte",
        name="BioMed Mitte",
        short_name="BioMed Mitte",
        accent="#23633d",
        contact_email="office@biomed-mitte.example.org",
        settings={"accepts_shared_items": True},
        en=EntryText(
            "Medical technology · along the Saale and the Elbe",
            "From the laboratory bench to the bedside, without losing the thread",
            "Clinics, suppliers and laboratories that bring medical products through tests and approval together.",
            "<p>A good idea for the clinic needs a partner who knows the rules, one who can manufacture and one who says "
            "honestly what is used at the bedside. Here they know each other.</p>",
        ),
        de=EntryText(
            "Medizintechnik · an Saale und Elbe",
            "Vom Labortisch ans Krankenbett, ohne den Faden zu verlieren",
            "Kliniken, Zulieferer und Labore, die Medizinprodukte gemeinsam durch Prüfung und Zulassung bringen.",
            "<p>Eine gute Idee für die Klinik braucht jemanden, der die Regeln kennt, jemanden, der fertigen kann, und "
            "jemanden, der ehrlich sagt, was am Krankenbett gebraucht wird. Hier kennt man sich.</p>",
        ),
    ),
)
