import itertools

from hanse_members.models import Topic

_numbers = itertools.count()


def make_topic(label: str = "", parent: Topic | None = None, *, de: str = "", code: str = "", synonyms: str = ""):
    """A topic with an English label and a German one where said; ``synonyms`` are the English ones, one a line."""
    labels = {"en": label or f"Topic {next(_numbers)}"} | ({"de": de} if de else {})
    topic = Topic.objects.add(labels=labels, parent=parent, code=code)
    topic.labels.filter(language="en").update(synonyms=synonyms)
    return topic
