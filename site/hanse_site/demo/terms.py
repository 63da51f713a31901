"""Terms of the demo: those of the platform ("") and those of clusters by their slugs. They are examples, not advice."""

PLATFORM = {
    "en": """Hanse brings companies and research institutes together. Whoever takes part says who they are and for which organisation they speak.

What you read in a closed room or what is shared with your cluster only stays there. The author of an item decides who sees it; do not carry it further without asking.

Ideas stay with those who have them. An offer, a request or an answer gives nobody a right to use it until both sides have agreed on that.

Be fair. Do not advertise where nobody asked, and treat others as you would at their table. The management of your cluster may take down what breaks these terms, and says why.

You can leave at any time. What you shared stays under "former member", everything else about you is deleted.""",
    "de": """Hanse bringt Unternehmen und Forschungseinrichtungen zusammen. Wer mitmacht, sagt, wer er ist und für welche Organisation er spricht.

Was Sie in einem geschlossenen Raum lesen oder was nur mit Ihrem Cluster geteilt ist, bleibt dort. Wer etwas einstellt, entscheidet, wer es sieht; tragen Sie es nicht ungefragt weiter.

Ideen bleiben bei denen, die sie haben. Ein Angebot, ein Gesuch oder eine Antwort gibt niemandem ein Nutzungsrecht, bevor sich beide Seiten darüber geeinigt haben.

Seien Sie fair. Werben Sie nicht, wo niemand gefragt hat, und behandeln Sie andere wie an deren Tisch. Ihr Clustermanagement kann entfernen, was gegen diese Bedingungen verstößt, und nennt den Grund.

Sie können jederzeit gehen. Was Sie geteilt haben, bleibt unter „ehemaliges Mitglied“ stehen, alles andere über Sie wird gelöscht.""",
}
PHOTONIK = {
    "en": """Members of Photonik Nord answer questions of other members within two weeks, if only with "we cannot".

Measuring equipment that a member lends is returned cleaned and calibrated.""",
    "de": """Mitglieder von Photonik Nord beantworten Fragen anderer Mitglieder innerhalb von zwei Wochen, und sei es mit „das können wir nicht“.

Messgeräte, die ein Mitglied verleiht, werden gereinigt und kalibriert zurückgegeben.""",
}
CONTRACT = {
    "en": """Hanse offers each cluster its pages, its rooms and the common search. The cluster names at least one manager, who answers applications and enquiries within two weeks.

What a cluster and its members put in stays theirs. The operator shows it to those whom they choose, and to nobody else.

Each cluster decides alone whom it admits and what it shares. It may give notice at any time; what it shared with others is then no longer shown.""",
    "de": """Hanse stellt jedem Cluster seine Seiten, seine Räume und die gemeinsame Suche zur Verfügung. Das Cluster benennt mindestens eine Person für das Clustermanagement, die Bewerbungen und Anfragen innerhalb von zwei Wochen beantwortet.

Was ein Cluster und seine Mitglieder einstellen, bleibt ihres. Der Betreiber zeigt es denen, die sie auswählen, und niemandem sonst.

Jedes Cluster entscheidet allein, wen es aufnimmt und was es teilt. Es kann jederzeit kündigen; was es mit anderen geteilt hat, wird dann nicht mehr gezeigt.""",
}
TERMS = {"": PLATFORM, "photonik-nord": PHOTONIK}
