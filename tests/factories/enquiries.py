from hanse_members import actions
from hanse_members.models import Enquiry
from hanse_members.subjects import subjects


def asked(about, *, by, cluster=None, text="Whom may I ask about coatings?") -> Enquiry:
    """What ``by`` asks about a row of a registered kind; ``cluster`` is the first of its clusters unless given."""
    subject = next(each for each in subjects if isinstance(about, each.model))
    cluster = cluster or next(iter(subject.clusters(about)))
    key = str(getattr(about, subject.key))
    return actions.ask_management(by=by, cluster=cluster, subject=subject, key=key, text=text)
