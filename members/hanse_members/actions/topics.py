"""Adding, naming, moving and merging topics. What is linked to a topic stays linked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may
from hanse_base.row_import import Finding

from ..models import Topic, TopicAncestor, TopicImport, TopicLabel
from ..models.brought import kept_until, shown_name
from ..models.topics import MOST_LEVELS, clean_synonyms
from ..topic_import import TopicTable, Tree
from ..topic_links import topic_links
from ..topic_places import Places
from .errors import NotPermitted, NotPossible

ADD, CHANGE = "hanse_members.add_topic", "hanse_members.change_topic"


@transaction.atomic
def add_topic(
    *,
    labels: Mapping[str, str],
    synonyms: Mapping[str, str] | None = None,
    parent: Topic | None = None,
    code: str = "",
    by,
) -> Topic:
    """A new topic below ``parent``; labels and synonyms (one a line) by code of the language, empty ones left out.

    ``by`` must be allowed to add topics, or None for the system. Raises NotPermitted, or NotPossible.
    """
    _refuse_others(by, ADD)
    places = Places.locked()
    labels, code = _clean_labels(labels), code.strip()
    _refuse_code(code)
    _refuse_place(places, None, parent)
    _refuse_twin(labels, parent)
    topic = Topic.objects.add(labels=labels, parent=parent, code=code)
    for language, text in (synonyms or {}).items():
        TopicLabel.objects.filter(topic=topic, language=language).update(synonyms=clean_synonyms(text))
    record("topic.added", by=by, obj=topic)
    return topic


@transaction.atomic
def update_topic(topic: Topic, *, labels: Mapping[str, str], synonyms: Mapping[str, str], code: str = "", by) -> Topic:
    """Name a topic anew. Raises NotPermitted, or NotPossible."""
    _refuse_others(by, CHANGE)
    topic = _locked(topic)
    labels, code = _clean_labels(labels), code.strip()
    _refuse_code(code, but=topic)
    _refuse_twin(labels, topic.parent, but=topic)
    changed = set()
    if topic.code != (code or None):
        topic.code = code or None
        topic.save(update_fields=["code"])
        changed.add("code")
    words = {language: clean_synonyms(synonyms.get(language, "")) for language in labels}
    changed |= write_labels(topic.pk, labels, words)
    if changed:
        record("topic.changed", by=by, obj=topic, fields=sorted(changed))
    return topic


@transaction.atomic
def move_topic(topic: Topic, parent: Topic | None, *, by) -> Topic:
    """Put a topic and all below it in another place. Raises NotPermitted, or NotPossible."""
    _refuse_others(by, CHANGE)
    places = Places.locked()
    topic = _locked(topic)
    if topic.parent_id == (parent.pk if parent else None):
        return topic
    _refuse_place(places, topic, parent)
    labels = dict(TopicLabel.objects.filter(topic=topic).values_list("language", "text"))
    _refuse_twin(labels, parent, but=topic)
    branch = places.branch(topic.pk)
    places.parents[topic.pk] = parent.pk if parent else None
    places.save(branch)
    topic.parent = parent
    record("topic.moved", by=by, obj=topic)
    return topic


@transaction.atomic
def merge_topics(topic: Topic, into: Topic, *, by) -> Topic:
    """Make a topic part of another: what is below it and linked to it goes there, its labels become other words for it.

    The topic stays as a tombstone. Returns ``into``. Raises NotPermitted, or NotPossible.
    """
    _refuse_others(by, CHANGE)
    places = Places.locked()
    topic, into = _locked(topic), _locked(into)
    if into.pk in places.branch(topic.pk):
        raise NotPossible(_("A topic cannot become part of itself or of one below it."))
    if places.level(into.pk) + places.height(topic.pk) - 1 > MOST_LEVELS:
        raise NotPossible(_too_deep())
    moved = {links.name: links.move(topic.pk, into.pk) for links in topic_links}
    below = [id for id in places.branch(topic.pk) if id != topic.pk]
    for id in below:
        if places.parents[id] == topic.pk:
            places.parents[id] = into.pk
    del places.parents[topic.pk]
    places.save(below)
    TopicAncestor.objects.filter(topic=topic).delete()
    Topic.objects.filter(merged_into=topic).update(merged_into=into)
    topic.parent, topic.merged_into = None, into
    topic.save()
    _take_words(topic, into)
    record("topic.merged", by=by, obj=topic, into=into.pk, **{f"moved_{name}": n for name, n in moved.items() if n})
    return into


@transaction.atomic
def import_topics(data: bytes, *, by, expected: list[Finding] | None = None) -> list[Finding]:
    """Bring the tree in line with a table, but for its faulty rows. Returns what became of each row.

    With ``expected``, what somebody saw beforehand, only if that is what would be done now. A second run changes
    nothing. Raises NotPermitted, NotPossible, or ValidationError for what is no such table.
    """
    _refuse_others(by, ADD)
    _refuse_others(by, CHANGE)
    table = TopicTable(data, Tree.read(locked=True))
    seen = [(finding.number, finding.verdict) for finding in table.findings]
    if expected is not None and [(finding.number, finding.verdict) for finding in expected] != seen:
        raise NotPossible(_("The tree of topics has changed since. Please look at the rows again."))
    if table.changes:
        table.apply()
        record("topics.imported", by=by, number=table.changes)
    return table.findings


@transaction.atomic
def bring_topics(*, data: bytes, file_name: str, by) -> TopicImport:
    """Keep a table with what each row would do, for the person alone and for a day.

    Raises NotPermitted, or ValidationError for what is no such table.
    """
    _refuse_others(by, ADD)
    _refuse_others(by, CHANGE)
    brought = TopicImport(uploaded_by=by, file_name=shown_name(file_name), data=data, expires_at=kept_until())
    brought.findings = TopicTable(data, Tree.read()).findings
    brought.save()
    TopicImport.objects.of(by).forget_older()
    return brought


@transaction.atomic
def run_topic_import(brought: TopicImport, *, by) -> TopicImport:
    """Do what the person saw. Raises NotPermitted, or NotPossible when that is done or would be something else now.

    In the last case ``look_again`` keeps what it would be.
    """
    found = TopicImport.objects.select_for_update().get(pk=brought.pk)
    if found.uploaded_by_id != by.pk:
        raise NotPermitted
    if found.done:
        raise NotPossible(_("This table is done already."))
    found.findings = import_topics(bytes(found.data), by=by, expected=found.findings)
    found.done = True
    found.save()
    return found


def look_again(brought: TopicImport) -> None:
    """Hold a table against the tree as it is now."""
    brought.findings = TopicTable(bytes(brought.data), Tree.read()).findings
    brought.save(update_fields=["rows"])


def remove_topic_imports() -> int:
    """Timed job: remove tables whose time is over. Returns their number."""
    return TopicImport.objects.remove_expired()


def write_labels(topic_id: int, labels: Mapping[str, str], synonyms: Mapping[str, str]) -> set[str]:
    """Make a topic's labels these; those in other languages go. Returns the names of the fields that changed."""
    present = {label.language: label for label in TopicLabel.objects.filter(topic=topic_id)}
    changed = {"text"} if present.keys() - labels.keys() else set()
    TopicLabel.objects.filter(topic=topic_id).exclude(language__in=labels).delete()
    for language, text in labels.items():
        label = present.get(language) or TopicLabel(topic_id=topic_id, language=language)
        new = {"text": text, "synonyms": synonyms.get(language, "")}
        if differing := {name for name in new if getattr(label, name) != new[name]}:
            changed |= differing
            label.text, label.synonyms = new["text"], new["synonyms"]
            label.save()
    return changed


def _take_words(topic: Topic, into: Topic) -> None:
    """What the merged topic was called are other words for what it is part of now."""
    own = {label.language: label for label in TopicLabel.objects.filter(topic=into)}
    for old in TopicLabel.objects.filter(topic=topic):
        label = own.get(old.language)
        if label is None:
            continue
        words = [word for word in (old.text, *old.synonyms.splitlines()) if word.casefold() != label.text.casefold()]
        label.synonyms = clean_synonyms("\n".join([label.synonyms, *words]))
        label.save()


def _refuse_others(by, permission: str) -> None:
    if by is not None and not may(by, permission):
        raise NotPermitted


def _locked(topic: Topic) -> Topic:
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if topic.merged_into_id is not None:
        raise NotPossible(_("This topic is part of “%(topic)s” now.") % {"topic": topic.merged_into})
    return topic


def _clean_labels(labels: Mapping[str, str]) -> dict[str, str]:
    cleaned = {language: text for language, raw in labels.items() if (text := " ".join(raw.split()))}
    if not cleaned:
        raise NotPossible(_("A topic needs a label in one language at least."))
    return cleaned


def _refuse_code(code: str, but: Topic | None = None) -> None:
    others = Topic.objects.exclude(pk=but.pk) if but else Topic.objects.all()
    if code and others.filter(code=code).exists():
        raise NotPossible(_("Another topic has this code."))


def _refuse_place(places: Places, topic: Topic | None, parent: Topic | None) -> None:
    """``topic`` is None for a new one."""
    if parent is not None and parent.pk not in places.parents:
        raise NotPossible(_("The topic above was merged into another. Please choose again."))
    if topic is not None and parent is not None and parent.pk in places.branch(topic.pk):
        raise NotPossible(_("A topic cannot stand below itself."))
    height = places.height(topic.pk) if topic is not None else 1
    if places.level(parent.pk if parent else None) + height > MOST_LEVELS:
        raise NotPossible(_too_deep())


def _too_deep() -> str:
    return _("The tree would have more than %(number)d levels.") % {"number": MOST_LEVELS}


def _refuse_twin(labels: Mapping[str, str], parent: Topic | None, but: Topic | None = None) -> None:
    """Two of one name at one place nobody can tell apart."""
    for language, text in labels.items():
        if twin_of(language, text, parent.pk if parent else None, but=[but.pk] if but else ()):
            raise NotPossible(_("There is a topic “%(label)s” at this place already.") % {"label": text})


def twin_of(language: str, text: str, parent: int | None, *, but: Iterable[int] = ()) -> int | None:
    """The topic of this label at this place."""
    beside = TopicLabel.objects.filter(Topic.objects.in_use_q("topic__"), topic__parent=parent, language=language)
    found = beside.exclude(topic__in=list(but)).values_list("topic", "text")
    return next((topic for topic, label in found if label.casefold() == text.casefold()), None)
