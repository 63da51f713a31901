"""Questions and answers, by the actions that people use."""

from hanse_access.actions import change_audience
from hanse_access.scopes import Scope
from hanse_challenges import actions
from hanse_challenges.models import Question, Reply

from .clusters import MembershipFactory

PLATFORM = Scope("platform", 0)


def make_question(cluster, *, asker=None, scopes=(PLATFORM,), title="Who coats lenses?", withheld=False, **values):
    """Asked by a new member of the cluster unless said; ``scopes`` need not be the asker's own."""
    asker = asker or MembershipFactory(cluster=cluster).person
    question = actions.ask_question(by=asker, title=title, scopes=[PLATFORM], **values)
    if set(scopes) != {PLATFORM}:
        change_audience(question, scopes=scopes, by=None)
    if withheld:
        Question.objects.filter(pk=question.pk).update(withheld=True)
        question.refresh_from_db()
    return question


def answer(question: Question, *, by=None, text="We do.") -> Reply:
    """By a new member of the question's cluster unless said."""
    return actions.reply_to(question, by=by or MembershipFactory(cluster=question.cluster).person, text=text)
