"""Say that several words are one matter, or one word several; and undo it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.accounts.policies import NotAllowed
from xunfang.audit import services as audit
from xunfang.cases import floors, log
from xunfang.cases.models import Case, CaseEvent, WordLink
from xunfang.cases.services import held
from xunfang.core.casework.steps import Actor, Step
from xunfang.core.errors import DomainError
from xunfang.feedback.codes import new_number
from xunfang.feedback.models import Word


class WordElsewhere(DomainError):
    """The word does not belong to this case, or is its only one."""

    code = "cases.word_elsewhere"


class AnsweredBefore(DomainError):
    """The words would stand as answered by what was written before they were said."""

    code = "cases.answered_before"


@transaction.atomic
def join(*, case: Case, into: Case, by: User, at: datetime) -> Case:
    """Move the words of one case into another, where they are about the same matter.

    Each word keeps its receipt and gets the answer of the other case. ``split`` undoes it.
    Who joins says with it what the words are about and how urgent they are, and may say no
    more than who sorts.

    Raises
    ------
    NotAllowed, floors.CriticismStays, floors.UrgencyOnlyRises
    AnsweredBefore
    WordElsewhere
        A case with itself.
    """
    if case.pk == into.pk:
        raise WordElsewhere(case.number)
    # In the order of their keys, so that two people who join crosswise do not wait.
    first, second = sorted((case, into), key=lambda each: each.pk)
    held_cases = {each.pk: held(each, by) for each in (first, second)}
    case, into = held_cases[case.pk], held_cases[into.pk]
    if case.is_sealed != into.is_sealed:
        raise NotAllowed(f"{case.number} is sealed and {into.number} is not")
    floors.check_keeps_class(case, into.topic, into.second_topic, by=by)
    floors.check_keeps_urgency(case, into.topic, into.urgency, by=by)
    if into.settled_at and into.settled_at < case.opened_at:
        raise AnsweredBefore(f"{into.number} was answered before {case.number} came")
    moved = list(case.links.filter(ended_at=None).select_related("word"))
    for link in moved:
        link.ended_at, link.ended_by = at, by
    WordLink.objects.bulk_update(moved, ["ended_at", "ended_by"])
    WordLink.objects.bulk_create(
        WordLink(case=into, word=link.word, at=at, by=by) for link in moved
    )
    numbers = [link.word.number for link in moved]
    told: tuple[tuple[Case, dict[str, Any]], ...] = (
        (case, {"into": into.number}),
        (into, {"from": case.number}),
    )
    for each, detail in told:
        log.add(
            case=each,
            step=Step.NOTED,
            actor=log.actor_of(by),
            by=by,
            at=at,
            words=numbers,
            **detail,
        )
        each.save()
    audit.record(
        kind="case.joined", subject=into.number, by=by, at=at, joined=case.number
    )
    return into


@transaction.atomic
def open_another(*, word: Word, of: Case, by: User, at: datetime) -> Case:
    """Open a second case for a word that is about two matters.

    Raises
    ------
    NotAllowed
    WordElsewhere
        The word is not in that case.
    """
    of = held(of, by)
    if not of.links.filter(word=word, ended_at=None).exists():
        raise WordElsewhere(word.number)
    return _open_case(word, like=of, by=by, at=at)


def _open_case(word: Word, *, like: Case, by: User, at: datetime) -> Case:
    case = Case.objects.create(
        number=new_number("C", at.astimezone(log.ZONE).date()),
        suggested=like.suggested,
        urgency=like.urgency,
        station=like.station,
        lon=word.lon,
        lat=word.lat,
        opened_at=word.received_at,
        reply_by=like.reply_by,
        settle_by=like.settle_by,
        is_sealed=like.is_sealed,
        sealed_from=like.sealed_from,
    )
    CaseEvent.objects.create(
        case=case, step=Step.OPENED, actor=Actor.HOUSE, by=by, at=at, key=uuid4()
    )
    WordLink.objects.create(case=case, word=word, at=at, by=by)
    audit.record(
        kind="case.opened", subject=case.number, by=by, at=at, word=word.number
    )
    return case


@transaction.atomic
def split(*, case: Case, word: Word, by: User, at: datetime) -> Case:
    """Take a word out of a case: back into the one it came from, else into a new one.

    Out of a sealed case it comes into a sealed one, whatever it was in before.

    Raises
    ------
    NotAllowed
    WordElsewhere
        It is not in this case, or the only one in it.
    floors.CriticismStays
        What was criticism here would begin anew as nothing yet.
    """
    case = held(case, by)
    links = list(case.links.filter(ended_at=None))
    link = next((each for each in links if each.word_id == word.pk), None)
    if link is None or len(links) == 1:
        raise WordElsewhere(word.number)
    link.ended_at, link.ended_by = at, by
    link.save()
    former = (
        Case.objects.filter(links__word=word, is_sealed=case.is_sealed)
        .exclude(pk=case.pk)
        .exclude(links__ended_at=None)
        .order_by("-links__ended_at")
        .first()
    )
    if former is None:
        floors.check_keeps_class(case, None, None, by=by)
        to = _open_case(word, like=case, by=by, at=at)
    else:
        to = former
        WordLink.objects.create(case=to, word=word, at=at, by=by)
    log.add(
        case=case,
        step=Step.NOTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        words=[word.number],
        to=to.number,
    )
    case.save()
    audit.record(kind="case.split", subject=case.number, by=by, at=at, word=word.number)
    return to
