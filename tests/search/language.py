"""A fixed set of things, and of questions in German and English, each with the thing that should come first."""

from __future__ import annotations

#: key -> language, title, text
THINGS: dict[str, tuple[str, str, str]] = {
    "welding": (
        "de",
        "Laserschweißen von Kupfer",
        "Spritzerarme Nähte mit grünen Scheibenlasern für die Elektromobilität.",
    ),
    "cutting": (
        "de",
        "Laserschneiden dünner Bleche",
        "Schneidgase, Kantenqualität und Kosten im Vergleich.",
    ),
    "coating": (
        "de",
        "Oberflächenbeschichtung gegen Verschleiß",
        "Harte Schichten aus Diamant für Werkzeuge und Lager.",
    ),
    "funding": (
        "de",
        "Forschungsförderung für kleine Betriebe",
        "Zuschüsse, Fristen und ein Beispiel für einen Antrag.",
    ),
    "testbench": (
        "de",
        "Prüfstände für Brennstoffzellen",
        "Leistungsmessung bis 150 kW mit Kühlung.",
    ),
    "tools": (
        "de",
        "Werkzeuge für den Formenbau",
        "Gehärteter Stahl, gefräst und poliert.",
    ),
    "houses": (
        "de",
        "Häuser aus Holz",
        "Tragwerke, Brandschutz und Schallschutz im Wohnungsbau.",
    ),
    "size": (
        "de",
        "Größe und Form von Partikeln",
        "Messung mit Streulicht und Siebanalyse.",
    ),
    "street": (
        "de",
        "Straßenbeleuchtung mit Sensoren",
        "Energie sparen in Gemeinden.",
    ),
    "fibre": (
        "de",
        "Faserverbundwerkstoffe im Leichtbau",
        "Bauteile aus Kohlefaser und Harz.",
    ),
    "water": (
        "de",
        "Wasseraufbereitung mit Membranen",
        "Filter gegen Mikroplastik in Kläranlagen.",
    ),
    "battery": (
        "de",
        "Batteriezellen prüfen",
        "Alterung, Kapazität und sichere Lagerung.",
    ),
    "quantum": (
        "de",
        "Quantensensoren für die Medizin",
        "Magnetfelder des Herzens berührungslos gemessen.",
    ),
    "machine": (
        "de",
        "Maschinenlaufzeiten gemeinsam nutzen",
        "Freie Stunden auf Fräsmaschinen anbieten.",
    ),
    "training": (
        "de",
        "Schulung: Umgang mit Gefahrstoffen",
        "Kurse für Mitarbeitende in Laboren.",
    ),
    "glass": (
        "de",
        "Gläser für optische Geräte",
        "Schmelzen, Pressen, Polieren in Jena.",
    ),
    "bridge": (
        "de",
        "Überwachung von Brücken",
        "Dehnungsmessstreifen melden Risse früh.",
    ),
    "sensor-ab": (
        "de",
        "Sensor AB-1234/5",
        "Drucksensor mit Gewinde M12 und Stecker.",
    ),
    "sensor-ac": (
        "de",
        "Sensor AC-1234/5",
        "Temperatursensor mit Gewinde M12.",
    ),
    "meeting": (
        "de",
        "Mitgliederversammlung im März",
        "Wahl des Vorstands und Bericht.",
    ),
    "cooperation": (
        "de",
        "Kooperationspartner gesucht",
        "Für ein Projekt zur Wiederverwertung von Magneten.",
    ),
    "e-welding": (
        "en",
        "Friction stir welding of aluminium",
        "Joining sheets without melting them.",
    ),
    "e-coating": (
        "en",
        "Thermal barrier coatings",
        "Zirconia layers protect turbine blades from heat.",
    ),
    "e-lidar": (
        "en",
        "Lidar for autonomous vehicles",
        "Scanning mirrors and detectors measured in rain.",
    ),
    "e-battery": (
        "en",
        "Recycling of batteries",
        "Recovering lithium and cobalt from used cells.",
    ),
    "e-measure": (
        "en",
        "Measuring surfaces",
        "Interferometers, roughness and reference standards.",
    ),
    "e-company": (
        "en",
        "Companies looking for partners",
        "A match-making day in Hamburg.",
    ),
    "e-study": (
        "en",
        "Studies on hydrogen storage",
        "Tanks, liners and their permeability.",
    ),
    "e-imaging": (
        "en",
        "Hyperspectral imaging",
        "Sorting plastics and inspecting food.",
    ),
    "e-print": (
        "en",
        "Additive manufacturing of ceramics",
        "Printing parts from alumina, then sintering.",
    ),
    "e-grant": (
        "en",
        "Grants for research infrastructure",
        "How to apply, and who decides.",
    ),
    "e-analysis": (
        "en",
        "Analyses of vibration",
        "Finding faults in gearboxes early.",
    ),
    "e-security": (
        "en",
        "Cybersecurity of production",
        "Segmented networks and updates for controllers.",
    ),
    "e-fibre": (
        "en",
        "Optical fibers in harsh environments",
        "Temperature along pipelines.",
    ),
    "e-chip": (
        "en",
        "Photonic chips",
        "Waveguides on silicon nitride.",
    ),
    "e-part": (
        "en",
        "Connector X7-90B in stock",
        "Sealed, for outdoor use.",
    ),
    "e-knife": (
        "en",
        "Knives and blades for paper",
        "Grinding angles that last.",
    ),
    "e-robot": (
        "en",
        "Robots that grip soft fruit",
        "Silicone fingers and pressure control.",
    ),
}

#: what is typed, and which thing should come first
QUESTIONS: list[tuple[str, str]] = [
    # as it is written
    ("Laserschweißen", "welding"),
    ("Laserschneiden", "cutting"),
    ("Forschungsförderung", "funding"),
    ("Quantensensoren", "quantum"),
    ("Thermal barrier", "e-coating"),
    ("Lidar", "e-lidar"),
    ("Hyperspectral", "e-imaging"),
    ("Photonic chips", "e-chip"),
    ("Mitgliederversammlung", "meeting"),
    # umlauts and ß, written as two letters or left out
    ("laserschweissen", "welding"),
    ("Oberflaechenbeschichtung", "coating"),
    ("strassenbeleuchtung", "street"),
    ("Groesse Partikel", "size"),
    ("GRÖSSE", "size"),
    ("haeuser", "houses"),
    ("Pruefstaende", "testbench"),
    ("bruecken", "bridge"),
    ("glaeser", "glass"),
    ("ueberwachung", "bridge"),
    ("forschungsforderung", "funding"),
    # plural and singular, cases, other forms
    ("Haus", "houses"),
    ("Prüfstand", "testbench"),
    ("Brücke", "bridge"),
    ("Glas", "glass"),
    ("Werkzeug Formenbau", "tools"),
    ("Batteriezelle", "battery"),
    ("Membran", "water"),
    ("Kooperationspartnern", "cooperation"),
    ("Wahlen", "meeting"),
    ("coating", "e-coating"),
    ("measured surface", "e-measure"),
    ("company partner", "e-company"),
    ("study hydrogen", "e-study"),
    ("battery recycling", "e-battery"),
    ("grant", "e-grant"),
    ("vibrations", "e-analysis"),
    ("robot", "e-robot"),
    ("chip", "e-chip"),
    ("optical fiber", "e-fibre"),
    ("blade paper", "e-knife"),
    ("printed ceramic", "e-print"),
    # parts of compounds, and compounds taken apart
    ("Schweißen", "welding"),
    ("Schneiden", "cutting"),
    ("Beschichtung", "coating"),
    ("Förderung", "funding"),
    ("Beleuchtung", "street"),
    ("Werkstoffe", "fibre"),
    ("Zellen prüfen", "battery"),
    ("Sensoren Medizin", "quantum"),
    ("Laser Schweißen", "welding"),
    ("Wasser Aufbereitung", "water"),
    # slips
    ("Laserschweisen", "welding"),
    ("Lasershcneiden", "cutting"),
    ("Oberflächenbeschichtng", "coating"),
    ("Brennstofzellen", "testbench"),
    ("Quantensensorn", "quantum"),
    ("hyperspektral", "e-imaging"),
    ("lidra", "e-lidar"),
    ("zirkonia", "e-coating"),
    ("hydrogn", "e-study"),
    ("Cybersecurty", "e-security"),
    ("Mebranen", "water"),
    # part numbers
    ("AB-1234/5", "sensor-ab"),
    ("ab 1234", "sensor-ab"),
    ("AC-1234", "sensor-ac"),
    ("X7-90B", "e-part"),
    ("x7 90b", "e-part"),
    ("M12 Drucksensor", "sensor-ab"),
    # beginnings, several words, phrases
    ("hypersp", "e-imaging"),
    ("Forschungsf", "funding"),
    ("grünen Scheibenlaser", "welding"),
    ("turbine zirconia", "e-coating"),
    ('"silicon nitride"', "e-chip"),
    ("lithium cobalt", "e-battery"),
    ("Risse Brücken", "bridge"),
    ("soft fruit", "e-robot"),
]


def reciprocal_rank(found: list[str], title: str) -> float:
    """1 for the first place, 1/2 for the second, 0 where it is not found."""
    return 1 / (found.index(title) + 1) if title in found else 0.0
