"""The promise, written by hand: who sees which item. Not computed from the code under test.

Two clusters, Alpha and Beta, each send one piece of every level. A word stands for a level:

    public    everybody on the web
    platform  all approved members of any cluster
    own       the members of the sender
    both      the members of Alpha and of Beta
    proposed  the members of the sender; proposed to the other cluster, which has not decided
    editors   nobody but those with a stake
    draft     public, but never published
    expired   public, but its time is over
"""

LEVELS = ("public", "platform", "own", "both", "proposed", "editors", "draft", "expired")

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
    "member_both": (MEMBER, MEMBER),
    "editor_alpha": (STAKE, FOREIGN),
    "editor_beta": (FOREIGN, STAKE),
    "manager_alpha": (STAKE, FOREIGN + " proposed"),  # decides about what Beta proposes
    "manager_beta": (FOREIGN + " proposed", STAKE),
    "operator": (STAKE, STAKE),  # edits all pages
}

#: persona -> (organisations of Alpha, of Beta) in the directory. One of each level takes part in the cluster; that of
#: "draft" only asks to, that of "expired" did. Editors of a cluster have no stake in its organisations.
ORGANISATIONS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("visitor", "newcomer", "guest", "suspended"), (PUBLIC, PUBLIC)),
    "member_alpha": (MEMBER, FOREIGN),
    "member_beta": (FOREIGN, MEMBER),
    "member_both": (MEMBER, MEMBER),
    "editor_alpha": (MEMBER, FOREIGN),
    "editor_beta": (FOREIGN, MEMBER),
    "manager_alpha": (MEMBER + " editors", FOREIGN + " proposed"),
    "manager_beta": (FOREIGN + " proposed", MEMBER + " editors"),
    "operator": (MEMBER + " editors", MEMBER + " editors"),
}

#: persona -> (profiles of people of Alpha, of Beta) in the directory. The person of "draft" only applied, that of
#: "expired" is suspended; a profile cannot be proposed. Nobody has a stake in the profile of somebody else.
OF_ALL = "public platform both"
OF_OWN = "public platform own both"
PROFILES: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("visitor", "newcomer", "guest", "suspended", "operator"), (PUBLIC, PUBLIC)),
    **dict.fromkeys(("member_alpha", "editor_alpha", "manager_alpha"), (OF_OWN, OF_ALL)),
    **dict.fromkeys(("member_beta", "editor_beta", "manager_beta"), (OF_ALL, OF_OWN)),
    "member_both": (OF_OWN, OF_OWN),
}

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


def hidden(persona: str) -> set[tuple[str, str]]:
    everything = {(sender, level) for sender in ("alpha", "beta") for level in LEVELS}
    return everything - visible(persona)


def listed(persona: str) -> set[tuple[str, str]]:
    """What lists for readers show: visible and published. Drafts and expired items are found in the editor only."""
    return {(sender, level) for sender, level in visible(persona) if level not in ("draft", "expired")}
