"""News of Photonik Nord. All firms, people and results are invented."""

from .pieces import Picture, Piece, Words

EDITOR = "editor.photonik"

PIECES = (
    Piece(
        key="sensor-prize",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=3,
        level="public",
        picture=Picture(
            "rays",
            "Drawing: parallel rays of light pass a lens and meet in one point.",
            "Zeichnung: Parallele Lichtstrahlen gehen durch eine Linse und treffen sich in einem Punkt.",
        ),
        en=Words(
            "Two members win a prize for their thumb-sized spectrometer",
            "It tells ripe fruit from unripe in a fifth of a second, and it was born in a room of this platform.",
            (
                (
                    "paragraph",
                    "<p>A maker of optical filters and an institute for food technology met in our room “Light in the "
                    "field” two years ago. One had a filter that nobody had asked for, the other a question that nobody "
                    "could answer: how do you see ripeness without cutting the fruit?</p><p>The result is a spectrometer "
                    "the size of a thumb. It has no moving part, needs less current than a wristwatch and costs a tenth "
                    "of a laboratory instrument.</p>",
                ),
                (
                    "quote",
                    "We would never have found each other at a fair. We sold to microscopes, they bought for orchards."
                    " | From the winners' speech",
                ),
                ("heading", "What comes next"),
                (
                    "paragraph",
                    "<p>Fifty pieces are being tried on sorting lines this winter. Members who want to test one in their "
                    "own surroundings are welcome to ask our office.</p>",
                ),
            ),
        ),
        de=Words(
            "Zwei Mitglieder gewinnen einen Preis für ihr daumengroßes Spektrometer",
            "Es unterscheidet reifes von unreifem Obst in einer Fünftelsekunde – und entstand in einem Raum dieser Plattform.",
            (
                (
                    "paragraph",
                    "<p>Ein Hersteller optischer Filter und ein Institut für Lebensmitteltechnik haben sich vor zwei Jahren "
                    "in unserem Raum „Licht im Feld“ kennengelernt. Der eine hatte einen Filter, nach dem niemand gefragt "
                    "hatte, das andere eine Frage, die niemand beantworten konnte: Wie sieht man Reife, ohne die Frucht "
                    "aufzuschneiden?</p><p>Das Ergebnis ist ein Spektrometer von der Größe eines Daumens. Es hat kein "
                    "bewegliches Teil, braucht weniger Strom als eine Armbanduhr und kostet ein Zehntel eines "
                    "Laborgeräts.</p>",
                ),
                (
                    "quote",
                    "Auf einer Messe hätten wir uns nie gefunden. Wir verkauften an Mikroskope, sie kauften für "
                    "Obstplantagen. | Aus der Dankesrede",
                ),
                ("heading", "Wie es weitergeht"),
                (
                    "paragraph",
                    "<p>Fünfzig Stück laufen in diesem Winter auf Sortieranlagen zur Probe. Mitglieder, die eines in "
                    "ihrer eigenen Umgebung testen möchten, melden sich bei unserer Geschäftsstelle.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="spring-fair",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=10,
        level="public",
        en=Words(
            "Joint stand at the spring fair: eight places, decided by lot",
            "Members share one stand with a kitchen, a meeting corner and a darkened booth for demonstrations. Apply until "
            "1 December.",
            (
                (
                    "paragraph",
                    "<p>The stand is ours for three days. Each of the eight places has a table, power, a screen and one "
                    "hour a day in the darkened booth. The cluster pays the floor space; you pay your travel and what you "
                    "show.</p><p>If more than eight apply, lots are drawn on 1 December, in the presence of everybody who "
                    "wants to watch. First-time exhibitors take part twice in the draw.</p>",
                ),
            ),
        ),
        de=Words(
            "Gemeinschaftsstand auf der Frühjahrsmesse: acht Plätze, das Los entscheidet",
            "Mitglieder teilen sich einen Stand mit Küche, Besprechungsecke und abgedunkelter Kabine für Vorführungen. "
            "Bewerbung bis 1. Dezember.",
            (
                (
                    "paragraph",
                    "<p>Der Stand gehört uns drei Tage lang. Jeder der acht Plätze hat einen Tisch, Strom, einen "
                    "Bildschirm und täglich eine Stunde in der abgedunkelten Kabine. Das Cluster zahlt die Fläche, Sie "
                    "zahlen Anreise und Exponate.</p><p>Bewerben sich mehr als acht, wird am 1. Dezember gelost, vor allen, "
                    "die zusehen möchten. Wer zum ersten Mal ausstellt, kommt doppelt in die Trommel.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="laser-time",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=6,
        level="platform",
        en=Words(
            "Free time on two marking lasers in January",
            "Forty hours a week, with somebody who sets them up. For members of all clusters only.",
            (
                (
                    "paragraph",
                    "<p>One of our members rebuilds its hall and has two marking lasers running without work from 8 to 29 "
                    "January: one for metal up to 400 × 400 mm, one for plastics and glass. An experienced operator is "
                    "there and sets up your job.</p><p>The firm stays unnamed here, as free capacity is easily "
                    "misread. Our office puts you in touch.</p>",
                ),
            ),
        ),
        de=Words(
            "Freie Zeiten auf zwei Beschriftungslasern im Januar",
            "Vierzig Stunden in der Woche, Einrichtung inbegriffen. Nur für Mitglieder aller Cluster.",
            (
                (
                    "paragraph",
                    "<p>Eines unserer Mitglieder baut seine Halle um; vom 8. bis 29. Januar stehen dort zwei "
                    "Beschriftungslaser ohne Aufträge: einer für Metall bis 400 × 400 mm, einer für Kunststoff und Glas. "
                    "Jemand mit Erfahrung ist da und richtet Ihren Auftrag ein.</p><p>Der Betrieb bleibt hier ungenannt, "
                    "denn freie Kapazität wird leicht missverstanden. Unsere Geschäftsstelle stellt den Kontakt her.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="regulars-table",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=15,
        level=("photonik-nord",),
        en=Words(
            "Regulars' table machine vision: what we agreed, what is open",
            "Three firms open their test images to each other. One question about glare is still looking for an answer.",
            (
                (
                    "paragraph",
                    "<p>Eleven people came. We agreed that three firms exchange labelled test images from their lines "
                    "until the end of February; the rules stand in the minutes.</p><p>Open: how do you light a wet, curved "
                    "surface so that neither drops nor edges outshine the defect? Whoever has solved this once, please "
                    "come to the next evening. We bring the samples.</p>",
                ),
            ),
        ),
        de=Words(
            "Stammtisch Bildverarbeitung: was vereinbart ist, was offen blieb",
            "Drei Betriebe öffnen einander ihre Testbilder. Eine Frage zu Reflexen sucht noch eine Antwort.",
            (
                (
                    "paragraph",
                    "<p>Elf Leute waren da. Vereinbart ist, dass drei Betriebe bis Ende Februar beschriftete Testbilder aus "
                    "ihren Linien austauschen; die Regeln stehen im Protokoll.</p><p>Offen: Wie beleuchtet man eine nasse, "
                    "gewölbte Fläche so, dass weder Tropfen noch Kanten den Fehler überstrahlen? Wer das schon einmal "
                    "gelöst hat, kommt bitte zum nächsten Abend. Wir bringen die Muster mit.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="carbon-inspection",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=8,
        level=("photonik-nord", "leichtbau-sued"),
        accepted_by="manager.leichtbau",
        picture=Picture(
            "rings",
            "Drawing: rings of waves from two sources overlap.",
            "Zeichnung: Wellenringe aus zwei Quellen überlagern sich.",
        ),
        en=Words(
            "Working group of two clusters: cracks under paint",
            "Optics from the north and carbon from the south look for damage that nobody sees from outside. First meeting "
            "on 9 December, online.",
            (
                (
                    "paragraph",
                    "<p>Photonik Nord and Leichtbau Süd open a common working group. It asks how to find damage below a "
                    "painted surface without touching the part: with heat, with sound made by light, or with a pattern "
                    "projected onto it.</p><p>Bring a part you have a doubt about. Four laboratories look at all of them "
                    "in turn, and the results are compared in the open.</p>",
                ),
            ),
        ),
        de=Words(
            "Arbeitskreis zweier Cluster: Risse unter Lack",
            "Optik aus dem Norden und Carbon aus dem Süden suchen Schäden, die man von außen nicht sieht. Erstes Treffen am "
            "9. Dezember, online.",
            (
                (
                    "paragraph",
                    "<p>Photonik Nord und Leichtbau Süd gründen einen gemeinsamen Arbeitskreis. Er fragt, wie sich Schäden "
                    "unter einer lackierten Fläche finden lassen, ohne das Bauteil zu berühren: mit Wärme, mit "
                    "lichterzeugtem Schall oder mit einem aufprojizierten Muster.</p><p>Bringen Sie ein Bauteil mit, bei "
                    "dem Sie Zweifel haben. Vier Labore sehen sich reihum alle an, und die Ergebnisse werden offen "
                    "verglichen.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="endoscope-optics",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=12,
        level=("photonik-nord", "biomed-mitte"),
        en=Words(
            "Endoscope optics: an afternoon with BioMed Mitte",
            "What surgeons would like to see, and what lenses of two millimetres can show. Talks, samples, time to ask.",
            (
                (
                    "paragraph",
                    "<p>Three clinics bring recordings and say what they miss in them. Three makers of optics bring lenses, "
                    "fibres and sensors and say what is physics and what is only a matter of price.</p><p>The number of "
                    "seats is limited to forty, half for each cluster.</p>",
                ),
            ),
        ),
        de=Words(
            "Optik für Endoskope: ein Nachmittag mit BioMed Mitte",
            "Was man im Operationssaal gern sähe und was Linsen von zwei Millimetern zeigen können. Vorträge, Muster, Zeit "
            "für Fragen.",
            (
                (
                    "paragraph",
                    "<p>Drei Kliniken bringen Aufnahmen mit und sagen, was ihnen darin fehlt. Drei Hersteller bringen "
                    "Linsen, Fasern und Sensoren mit und sagen, was Physik ist und was nur eine Frage des Preises.</p>"
                    "<p>Es gibt vierzig Plätze, je zur Hälfte für jedes Cluster.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="vision-benchmark",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=2,
        level="room machine-vision",
        en=Words(
            "For our table only: the first numbers of the comparison",
            "Three cameras, one part, one afternoon. Not yet for anybody outside the room.",
            (
                (
                    "paragraph",
                    "<p>The cheapest camera found nine of ten scratches, the dearest all ten, and the one that two of us "
                    "build found seven – with the lamp of the others, all ten as well. So it is the light that we have "
                    "to talk about.</p><p>The makers have not seen these numbers. Please keep them among us until they "
                    "have answered.</p>",
                ),
            ),
        ),
        de=Words(
            "Nur für unseren Stammtisch: die ersten Zahlen des Vergleichs",
            "Drei Kameras, ein Bauteil, ein Nachmittag. Noch für niemanden außerhalb des Raums.",
            (
                (
                    "paragraph",
                    "<p>Die billigste Kamera fand neun von zehn Kratzern, die teuerste alle zehn, und die, die zwei von uns "
                    "bauen, fand sieben – mit der Lampe der anderen ebenfalls alle zehn. Wir müssen also über das Licht "
                    "sprechen.</p><p>Die Hersteller kennen diese Zahlen noch nicht. Bitte behalten Sie sie unter uns, bis "
                    "sie geantwortet haben.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="annual-report",
        cluster="photonik-nord",
        author=EDITOR,
        days_ago=1,
        level="editors",
        live=False,
        en=Words(
            "Our year in figures",
            "Draft for the office: please check the figures before the members see them.",
            (
                (
                    "paragraph",
                    "<p>Fourteen new members, six projects begun, two finished, one stopped in time. The figures of the "
                    "last quarter are still missing.</p>",
                ),
            ),
        ),
    ),
)
