"""Quick questions of the demo, in both languages: open, answered, closed, without name, and for one room."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from hanse_access.scopes import PUBLIC, Scope
from hanse_challenges import actions
from hanse_challenges.models import Question, Reply
from hanse_groups.models import Room
from hanse_members.models import Cluster, Topic

from ..models import User
from .rooms import room_uid

PLATFORM = Scope("platform", 0)


@dataclass(frozen=True)
class Said:
    """``by`` is a persona; ``best``: the asker chose it."""

    by: str
    text: str
    best: bool = False


@dataclass(frozen=True)
class DemoQuestion:
    """``level`` is "public", "platform", "room" with the key of a room, or the slug of a cluster."""

    key: str
    asker: str
    level: str
    title: str
    text: str = ""
    topics: tuple[str, ...] = ()
    hours_ago: int = 24
    without_name: bool = False
    answers: tuple[Said, ...] = ()
    closed: bool = False


QUESTIONS = (
    DemoQuestion(
        "edges",
        "expert.leichtbau",
        "platform",
        "Who has measured edges of carbon parts without contact, faster than a metre a minute?",
        "We cut parts of up to three metres and check them by hand. A line camera loses contrast at the dark edge. I would "
        "like to hear what worked elsewhere before we buy anything.",
        ("PHO-SEN",),
        hours_ago=70,
        answers=(
            Said(
                "company.photonik",
                "Light from the side, almost flat, and a polarising filter. We can lend you ours for a week.",
                True,
            ),
            Said(
                "expert.biomed",
                "For tissue we use two wavelengths and take the difference. That should work on carbon too.",
            ),
            Said("expert.leichtbau", "Both help, thank you. We try the flat light first."),
        ),
    ),
    DemoQuestion(
        "verguetung",
        "company.photonik",
        "platform",
        "Wer vergütet einzelne Optiken für 1030 nm in weniger als zwei Wochen?",
        "Es geht um zehn Linsen für einen Prototyp. Die üblichen Anbieter nennen acht Wochen.",
        ("PHO-OPT-BES",),
        hours_ago=30,
        answers=(
            Said(
                "expert.biomed",
                "Fragen Sie in der Mitarbeiterwerkstatt der Hochschule; dort läuft freitags eine Charge.",
            ),
        ),
    ),
    DemoQuestion(
        "capacity",
        "company.photonik",
        "photonik-nord",
        "Has anybody shared a cleanroom by the hour, and how did you share the costs?",
        "We stand still two days a week and do not want to say so aloud.",
        hours_ago=20,
        without_name=True,
        answers=(
            Said(
                "manager.photonik", "Two firms do. I can send you their agreement without names; write to the office."
            ),
        ),
    ),
    DemoQuestion(
        "norm",
        "manager.leichtbau",
        "public",
        "Which standard do you use for repairs of composite parts that are not aircraft?",
        hours_ago=200,
        answers=(
            Said(
                "expert.leichtbau",
                "There is none. Most of us follow the one for boats and write down where we depart from it.",
                True,
            ),
        ),
        closed=True,
    ),
    DemoQuestion(
        "schulung",
        "expert.biomed",
        "public",
        "Gibt es eine Laserschutzschulung, an der auch Studierende teilnehmen können?",
        topics=("PHO-LAS-SIC",),
        hours_ago=5,
    ),
    DemoQuestion(
        "dust",
        "expert.leichtbau",
        "room lidar",
        "Has anybody got readings with wet straw dust that we may use in the report?",
        hours_ago=8,
        answers=(Said("company.photonik", "Two evenings, on the share. Take them, without our name please."),),
    ),
)


def load_questions(people: dict[str, User], namespace: uuid.UUID) -> int:
    """Those that are not there yet. Returns their number."""
    known = set(Question.objects.values_list("uid", flat=True))
    missing = [wanted for wanted in QUESTIONS if uuid.uuid5(namespace, f"question {wanted.key}") not in known]
    for wanted in missing:
        with transaction.atomic():
            _load(wanted, people, namespace)
    return len(missing)


def _load(wanted: DemoQuestion, people: dict[str, User], namespace: uuid.UUID) -> None:
    asker = people[wanted.asker]
    question = actions.ask_question(
        by=asker,
        title=wanted.title,
        text=wanted.text,
        scopes=[_scope(wanted.level, namespace)],
        topics=list(Topic.objects.in_use().filter(code__in=wanted.topics)),
        is_anonymous=wanted.without_name,
    )
    began = timezone.now() - datetime.timedelta(hours=wanted.hours_ago)
    uid = uuid.uuid5(namespace, f"question {wanted.key}")
    Question.objects.filter(pk=question.pk).update(uid=uid, asked_at=began, active_at=began)
    for place, said in enumerate(wanted.answers, 1):
        reply = actions.reply_to(question, by=people[said.by], text=said.text)
        at = began + datetime.timedelta(hours=wanted.hours_ago) * place / (len(wanted.answers) + 1)
        Reply.objects.filter(pk=reply.pk).update(created_at=at)
        Question.objects.filter(pk=question.pk).update(active_at=at)
        if said.best:
            actions.choose_answer(reply, by=asker)
    if wanted.closed:
        actions.close_question(question, by=asker)


def _scope(level: str, namespace: uuid.UUID) -> Scope:
    if level.startswith("room "):
        return Scope("group", Room.objects.get(uid=room_uid(level.removeprefix("room "), namespace)).pk)
    if level in ("public", "platform"):
        return {"public": PUBLIC, "platform": PLATFORM}[level]
    return Scope("cluster", Cluster.objects.get(slug=level).pk)
