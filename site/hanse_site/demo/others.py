"""News of Leichtbau Süd and BioMed Mitte. All firms, people and results are invented."""

from .pieces import Picture, Piece, Words

LEICHTBAU, BIOMED = "manager.leichtbau", "manager.biomed"

PIECES = (
    Piece(
        key="test-field",
        cluster="leichtbau-sued",
        author=LEICHTBAU,
        days_ago=4,
        level="public",
        picture=Picture(
            "fibres",
            "Drawing: two layers of fibres run across each other in waves.",
            "Zeichnung: Zwei Lagen Fasern laufen in Wellen übereinander.",
        ),
        en=Words(
            "The test field for crash structures is open to guests",
            "Members planned it for three years. From December others can book it too, with a crew that knows the machine.",
            (
                (
                    "paragraph",
                    "<p>A sled, a wall and eleven high-speed cameras: the test field lets parts of up to 80 kilograms hit "
                    "the wall at 60 kilometres an hour and measures what happens in between. Until now only members could "
                    "book it.</p><p>Guests pay the same price as members plus the time of the crew. Who publishes the "
                    "results for everybody gets a third back.</p>",
                ),
                ("heading", "How to book"),
                (
                    "paragraph",
                    "<p>Send a sketch of the part and say what you want to learn, in two sentences. The office answers "
                    "within a week and says honestly if another laboratory fits better.</p>",
                ),
            ),
        ),
        de=Words(
            "Das Testfeld für Crashstrukturen steht Gästen offen",
            "Drei Jahre haben Mitglieder es geplant. Ab Dezember können auch andere buchen – mit Leuten, die die Anlage kennen.",
            (
                (
                    "paragraph",
                    "<p>Ein Schlitten, eine Wand und elf Hochgeschwindigkeitskameras: Auf dem Testfeld treffen Bauteile bis "
                    "80 Kilogramm mit 60 Kilometern pro Stunde auf die Wand, und gemessen wird, was dazwischen geschieht. "
                    "Bisher konnten nur Mitglieder buchen.</p><p>Gäste zahlen den Mitgliederpreis und die Arbeitszeit der "
                    "Mannschaft. Wer die Ergebnisse für alle veröffentlicht, bekommt ein Drittel zurück.</p>",
                ),
                ("heading", "So buchen Sie"),
                (
                    "paragraph",
                    "<p>Schicken Sie eine Skizze des Bauteils und sagen Sie in zwei Sätzen, was Sie lernen möchten. Die "
                    "Geschäftsstelle antwortet binnen einer Woche und sagt ehrlich, wenn ein anderes Labor besser "
                    "passt.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="bonding-day",
        cluster="leichtbau-sued",
        author=LEICHTBAU,
        days_ago=17,
        level="public",
        de=Words(
            "Rückblick auf den Fachtag Kleben: Die Oberfläche entscheidet",
            "Siebzig Teilnehmende, acht Vorträge und eine Einsicht, die sich durch alle zog: Geklebt wird vor dem Kleben.",
            (
                (
                    "paragraph",
                    "<p>Ob Plasma, Laser oder Schleifvlies: Alle acht Vorträge kamen auf die Vorbehandlung zurück. Am "
                    "meisten diskutiert wurde eine einfache Frage: Woran erkennt man in der Fertigung, dass die Fläche gut "
                    "ist, bevor der Klebstoff darauf kommt?</p><p>Der nächste Fachtag im Herbst zeigt drei Antworten an "
                    "laufenden Anlagen.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="hybrid-laminates",
        cluster="leichtbau-sued",
        author=LEICHTBAU,
        days_ago=7,
        level="platform",
        en=Words(
            "Who cuts thick hybrid laminates without fraying?",
            "A member looks for a process for carbon and titanium in one stack, 18 millimetres thick. Offers from all clusters "
            "are welcome.",
            (
                (
                    "paragraph",
                    "<p>Water jets leave a rim, saws heat the layers, and milling costs two tools a metre. The member has "
                    "sample plates and can send them within a day.</p><p>It is about 200 metres of cut a month, "
                    "for two years at first.</p>",
                ),
            ),
        ),
        de=Words(
            "Wer schneidet dicke Hybridlaminate, ohne dass sie ausfransen?",
            "Ein Mitglied sucht ein Verfahren für Carbon und Titan in einem Stapel, 18 Millimeter dick. Angebote aus allen "
            "Clustern sind willkommen.",
            (
                (
                    "paragraph",
                    "<p>Wasserstrahl hinterlässt einen Saum, Sägen erhitzen die Lagen, und Fräsen kostet zwei Werkzeuge je "
                    "Meter. Das Mitglied hat Musterplatten und schickt sie binnen eines Tages.</p><p>Es geht um etwa 200 "
                    "Meter Schnitt im Monat, zunächst für zwei Jahre.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="thermography",
        cluster="leichtbau-sued",
        author=LEICHTBAU,
        days_ago=2,
        level=("leichtbau-sued", "photonik-nord"),
        en=Words(
            "Measuring weeks in February: who lends us a thermographic camera?",
            "We have forty damaged parts and a hall, but only one camera. We have asked Photonik Nord to share this call.",
            (
                (
                    "paragraph",
                    "<p>For two weeks in February, forty parts with known damage lie in one hall and can be measured by "
                    "anybody who brings an instrument. What is found is compared with what was built in, and everybody who "
                    "measured gets the table.</p>",
                ),
            ),
        ),
        de=Words(
            "Messwochen im Februar: Wer leiht uns eine Wärmebildkamera?",
            "Vierzig schadhafte Bauteile und eine Halle haben wir, aber nur eine Kamera. Photonik Nord ist gebeten, den Aufruf "
            "zu teilen.",
            (
                (
                    "paragraph",
                    "<p>Zwei Wochen lang liegen im Februar vierzig Bauteile mit bekannten Schäden in einer Halle und können "
                    "von allen gemessen werden, die ein Gerät mitbringen. Was gefunden wird, wird mit dem verglichen, was "
                    "eingebaut wurde, und wer gemessen hat, bekommt die Tabelle.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="office-hours",
        cluster="leichtbau-sued",
        author=LEICHTBAU,
        days_ago=20,
        level=("leichtbau-sued",),
        en=Words(
            "Funding advice: the office hour moves to Thursday",
            "From December, every Thursday from 8 to 10, by telephone or on site. Bring the idea, the forms come later.",
            (
                (
                    "paragraph",
                    "<p>Half an hour each, without an appointment. We say which call fits, what it costs in working time, "
                    "and also when funding is not worth the effort.</p>",
                ),
            ),
        ),
        de=Words(
            "Förderberatung: Die Sprechstunde zieht auf den Donnerstag",
            "Ab Dezember jeden Donnerstag von 8 bis 10 Uhr, am Telefon oder vor Ort. Die Idee genügt, Formulare kommen später.",
            (
                (
                    "paragraph",
                    "<p>Je eine halbe Stunde, ohne Termin. Wir sagen, welcher Aufruf passt, was er an Arbeitszeit kostet "
                    "und auch, wann sich eine Förderung nicht lohnt.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="implant-protocol",
        cluster="biomed-mitte",
        author=BIOMED,
        days_ago=5,
        level="public",
        picture=Picture(
            "cells",
            "Drawing: a honeycomb with some cells filled in.",
            "Zeichnung: Ein Wabenmuster, in dem einige Zellen gefüllt sind.",
        ),
        en=Words(
            "Four clinics and nine firms agree on one test protocol for implants",
            "Until now each clinic tested in its own way, and results could not be compared. That ends with the new year.",
            (
                (
                    "paragraph",
                    "<p>The protocol has eleven pages. It says what is measured, when and with which instrument, and what "
                    "is written down when something goes wrong. Half of the work was to leave things out.</p><p>It is free "
                    "for everybody to use. Who uses it is asked to send the anonymous results back, so that the next "
                    "version rests on more cases.</p>",
                ),
            ),
        ),
        de=Words(
            "Vier Kliniken und neun Betriebe einigen sich auf ein Prüfprotokoll für Implantate",
            "Bisher prüfte jede Klinik auf ihre Weise, und Ergebnisse ließen sich nicht vergleichen. Das endet mit dem neuen "
            "Jahr.",
            (
                (
                    "paragraph",
                    "<p>Das Protokoll hat elf Seiten. Es sagt, was wann und womit gemessen wird und was aufgeschrieben "
                    "wird, wenn etwas schiefgeht. Die halbe Arbeit war das Weglassen.</p><p>Alle dürfen es verwenden. Wer "
                    "es tut, wird gebeten, die anonymen Ergebnisse zurückzugeben, damit die nächste Fassung auf mehr Fällen "
                    "steht.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="small-suppliers",
        cluster="biomed-mitte",
        author=BIOMED,
        days_ago=13,
        level="public",
        picture=Picture(
            "bars",
            "Drawing: a rising row of bars, one of them darker than the others.",
            "Zeichnung: Eine ansteigende Reihe von Säulen, eine davon dunkler als die anderen.",
        ),
        en=Words(
            "A guide for small suppliers: what medical rules ask of you",
            "Twelve pages instead of twelve hundred: which papers a supplier needs before the first order from a maker of "
            "medical products.",
            (
                (
                    "paragraph",
                    "<p>Most firms that ask us have made precise parts for decades and fear the paperwork more than the "
                    "tolerance. The guide names the seven documents that buyers really ask for, with an example for "
                    "each.</p><p>It was written by two quality managers and read by five firms that did not know the "
                    "rules before.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="clean-room",
        cluster="biomed-mitte",
        author=BIOMED,
        days_ago=9,
        level="platform",
        en=Words(
            "Half a clean room is free from March",
            "Eighty square metres, class 7, with a microscope and an autoclave. By the month, for members of all clusters.",
            (
                (
                    "paragraph",
                    "<p>A project ends earlier than planned. The room can be shared with the present user, who would like "
                    "a neighbour with quiet machines. Gowning and cleaning are part of the price.</p>",
                ),
            ),
        ),
        de=Words(
            "Ein halber Reinraum ist ab März frei",
            "Achtzig Quadratmeter, Klasse 7, mit Mikroskop und Autoklav. Monatsweise, für Mitglieder aller Cluster.",
            (
                (
                    "paragraph",
                    "<p>Ein Projekt endet früher als geplant. Der Raum wird mit der jetzigen Nutzerin geteilt, die sich "
                    "leise Maschinen als Nachbarn wünscht. Einkleidung und Reinigung sind im Preis enthalten.</p>",
                ),
            ),
        ),
    ),
    Piece(
        key="ward-round",
        cluster="biomed-mitte",
        author=BIOMED,
        days_ago=18,
        level=("biomed-mitte",),
        en=Words(
            "Ward round for engineers: two places left",
            "One day with the nurses of an orthopaedic ward, from six in the morning. It changed more designs than any "
            "workshop.",
            (
                (
                    "paragraph",
                    "<p>You walk along, carry nothing, touch nothing and ask at noon. Two places are left for January. "
                    "Please sign the ward's confidentiality sheet beforehand.</p>",
                ),
            ),
        ),
        de=Words(
            "Visite für Konstrukteure: noch zwei Plätze",
            "Ein Tag mit den Pflegekräften einer orthopädischen Station, ab sechs Uhr morgens. Er hat mehr Entwürfe geändert "
            "als jeder Workshop.",
            (
                (
                    "paragraph",
                    "<p>Sie gehen mit, tragen nichts, berühren nichts und fragen mittags. Für Januar sind zwei Plätze frei. "
                    "Bitte unterschreiben Sie vorher das Vertraulichkeitsblatt der Station.</p>",
                ),
            ),
        ),
    ),
)
