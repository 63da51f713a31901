"""The promise, written by hand: who sees which item. Not computed from the code under test.

Two clusters, Alpha and Beta, each send one piece of every level. A word stands for a level:

    public    everybody on the web
    platform  all approved members of any cluster
    own       the members of the sender
    both      the members of Alpha and of Beta
    proposed  the members of the sender; proposed to the other cluster, which has not decided
    room      the people in one hidden room of the sender, whose author is in it; managers and operators are not
    editors   nobody but those with a stake
    draft     public, but never published
    expired   public, but its time is over
"""

LEVELS = ("public", "platform", "own", "both", "proposed", "room", "editors", "draft", "expired")

NOTHING = ""
PUBLIC = "public"
FOREIGN = "public platform both"
MEMBER = "public platform own both proposed"
STAKE = "public platform own both proposed editors draft expired"

#: persona -> (what they see of Alpha's items, what they see of Beta's)
SEES: dict[str, tuple[str, str]] = {
    "visitor": (PUBLIC, PUBLIC),
    "newcomer": (PUBLIC, PUBLIC),  # applied to Alpha, not approved
    "guest": (PUBLIC, PUBLIC),  # an account without any cluster
    "suspended": (PUBLIC, PUBLIC),  # was a member of Alpha
    "member_alpha": (MEMBER, FOREIGN),
    "member_beta": (FOREIGN, MEMBER),
    "member_both": (MEMBER + " room", MEMBER + " room"),
    "editor_alpha": (STAKE + " room", FOREIGN),
    "editor_beta": (FOREIGN, STAKE + " room"),
    "manager_alpha": (STAKE, FOREIGN + " proposed"),  # decides about what Beta proposes
    "manager_beta": (FOREIGN + " proposed", STAKE),
    "operator": (STAKE, STAKE),  # edits all pages, but those for closed circles
}

#: persona -> (organisations of Alpha, of Beta) in the directory. One of each level takes part in the cluster; that of
#: "draft" only asks to, that of "expired" did. Editors of a cluster have no stake in its organisations.
ORGANISATIONS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("visitor", "newcomer", "guest", "suspended"), (PUBLIC, PUBLIC)),
    "member_alpha": (MEMBER, FOREIGN),
    "member_beta": (FOREIGN, MEMBER),
    "member_both": (MEMBER + " room", MEMBER + " room"),
    "editor_alpha": (MEMBER + " room", FOREIGN),
    "editor_beta": (FOREIGN, MEMBER + " room"),
    "manager_alpha": (MEMBER + " editors room", FOREIGN + " proposed"),
    "manager_beta": (FOREIGN + " proposed", MEMBER + " editors room"),
    "operator": (MEMBER + " editors room", MEMBER + " editors room"),
}

#: persona -> (profiles of people of Alpha, of Beta) in the directory. The person of "draft" only applied, that of
#: "expired" is suspended; a profile cannot be proposed. Nobody has a stake in the profile of somebody else.
OF_ALL = "public platform both"
OF_OWN = "public platform own both"
PROFILES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("visitor", "newcomer", "guest", "suspended", "operator"), (PUBLIC, PUBLIC)),
    **dict.fromkeys(("member_alpha", "manager_alpha"), (OF_OWN, OF_ALL)),
    **dict.fromkeys(("member_beta", "manager_beta"), (OF_ALL, OF_OWN)),
    "editor_alpha": (OF_OWN + " room", OF_ALL),
    "editor_beta": (OF_ALL, OF_OWN + " room"),
    "member_both": (OF_OWN + " room", OF_OWN + " room"),
}

#: levels of which each cluster has a page below its entry page as well, which is for everybody while it is there
PAGES = ("public", "draft", "expired")

#: persona -> (questions asked through Alpha, through Beta), all without name. There is none for editors and none that
#: is proposed; that of "draft" is out of sight after a report. Nobody has a stake in the question of somebody else.
QUESTIONS = PROFILES

#: personas that may enter the administration
STAFF = ("editor_alpha", "editor_beta", "manager_alpha", "manager_beta", "operator")


def visible(persona: str) -> set[tuple[str, str]]:
    """The items, as (sender, level), that this persona sees."""
    alpha, beta = SEES[persona]
    return {("alpha", level) for level in alpha.split()} | {("beta", level) for level in beta.split()}


def organisations_listed(persona: str) -> set[tuple[str, str]]:
    alpha, beta = ORGANISATIONS[persona]
    return {("alpha", level) for level in alpha.split()} | {("beta", level) for level in beta.split()}


def profiles_listed(persona: str) -> set[tuple[str, str]]:
    alpha, beta = PROFILES[persona]
    return {("alpha", level) for level in alpha.split()} | {("beta", level) for level in beta.split()}


def pages_listed(persona: str) -> set[tuple[str, str]]:
    """Pages of clusters, in lists for readers: the same for all."""
    return {("alpha", "public"), ("beta", "public")}


def hidden(persona: str) -> set[tuple[str, str]]:
    everything = {(sender, level) for sender in ("alpha", "beta") for level in LEVELS}
    return everything - visible(persona)


def listed(persona: str) -> set[tuple[str, str]]:
    """What lists for readers show: visible and published. Drafts and expired items are found in the editor only."""
    return {(sender, level) for sender, level in visible(persona) if level not in ("draft", "expired")}


def questions_listed(persona: str) -> set[tuple[str, str]]:
    alpha, beta = QUESTIONS[persona]
    return {("alpha", level) for level in alpha.split()} | {("beta", level) for level in beta.split()}
