"""Open cases from what people say, sort them, work on them, answer them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from xunfang.accounts.models import User
from xunfang.audit import services as audit
from xunfang.audit.ledger.turns import in_turn
from xunfang.cases import floors, log, policies, queries, sorting
from xunfang.cases.answer_check import flaws_in
from xunfang.cases.ground import station_of
from xunfang.cases.models import (
    Answer,
    AnswerTemplate,
    Case,
    CaseEvent,
    Decision,
    ServiceItem,
    Topic,
    WordLink,
)
from xunfang.core.casework import steps
from xunfang.core.casework.steps import Actor, Done, ReasonMissing, Step
from xunfang.core.errors import DomainError
from xunfang.core.language.replies import Finding
from xunfang.feedback import services as feedback
from xunfang.feedback.codes import new_number
from xunfang.feedback.models import Asks, Channel, Word
from xunfang.feedback.photos import CleanPhoto
from xunfang.units.models import Station

CONTACT_KEPT = {True: timedelta(days=90), False: timedelta(days=30)}
"""How long a contact is kept after a case was closed; longer for criticism (CL-06)."""
MIN_REASON = 20
"""Signs that the reason of a "no" has at least."""


class CaseChanged(DomainError):
    """Somebody else has worked on the case meanwhile."""

    code = "cases.case_changed"


class AnswerEmpty(DomainError):
    """An answer without words."""

    code = "cases.answer_empty"


class AnswerMissesPoint(DomainError):
    """The check found something in the answer that the writer has not yet confirmed."""

    code = "cases.answer_misses_point"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(finding.flaw.value for finding in findings))
        self.findings = tuple(findings)


class ReasonTooShort(DomainError):
    """A "no" needs a reason of at least twenty signs."""

    code = "cases.reason_too_short"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A word that has come in, and the case that will answer it."""

    word: Word
    code: str
    case: Case
    is_new: bool

    @property
    def is_urgent(self) -> bool:
        """Whether the sender must be told to call 110, 119 or 120 at once."""
        return self.case.urgency == 1


@in_turn
def take_in(
    *,
    channel: Channel,
    text: str,
    at: datetime,
    asks: Asks = Asks.UNSAID,
    place_words: str = "",
    lonlat: tuple[float, float] | None = None,
    contact: str = "",
    details: Sequence[str] = (),
    photos: Sequence[CleanPhoto] = (),
    said_at: datetime | None = None,
    source: str = "",
    external_id: str = "",
    topic: Topic | None = None,
    station: Station | None = None,
    by: User | None = None,
) -> TakenIn:
    """Keep a word and open the case that owes it an answer: the one door for every channel.

    Facts in the words may raise the urgency; nothing lowers it. What looks like a complaint
    about an officer is sealed before anybody has read it.

    Raises
    ------
    NotAllowed, WordEmpty, WordTooLong, TooManyPhotos
    """
    received = feedback.receive(
        channel=channel,
        text=text,
        at=at,
        asks=asks,
        place_words=place_words,
        lonlat=lonlat,
        contact=contact,
        details=details,
        photos=photos,
        said_at=said_at,
        source=source,
        external_id=external_id,
        by=by,
    )
    word = received.word
    if not received.is_new:
        link = word.links.select_related("case").filter(ended_at=None).earliest("pk")
        return TakenIn(word, received.code, link.case, is_new=False)
    said = word.said
    sorted_as = sorting.sort(said.text, asks=asks, topic=topic)
    lon, lat = lonlat or (None, None)
    limits = log.due_of(sorted_as.urgency, sorted_as.topic, word.received_at)
    # What a log that begins so leads to, written down at once: every step asks the
    # database, and half of what is said comes already sorted.
    done = [Done(Step.OPENED, Actor.HOUSE)]
    events = [CaseEvent(step=Step.OPENED, actor=Actor.HOUSE, by=by, at=at, key=uuid4())]
    if sorted_as.topic is not None:
        how = "sender" if topic is None else "channel"
        detail = {
            "topic": sorted_as.topic.code,
            "how": "model" if sorted_as.by_model else how,
        }
        steps.take(Step.SORTED, done, by=Actor.HOUSE)
        done.append(Done(Step.SORTED, Actor.HOUSE))
        events.append(
            CaseEvent(
                step=Step.SORTED, actor=Actor.HOUSE, at=at, detail=detail, key=uuid4()
            )
        )
    case = Case.objects.create(
        number=new_number("C", at.astimezone(log.ZONE).date()),
        topic=sorted_as.topic,
        suggested=sorted_as.suggested,
        urgency=sorted_as.urgency,
        station=station
        or station_of(
            lonlat=lonlat,
            text=f"{said.place_words} {said.text}",
            day=at.astimezone(log.ZONE).date(),
        ),
        lon=lon,
        lat=lat,
        state=steps.fold(done),
        opened_at=word.received_at,
        reply_by=limits.reply_by,
        settle_by=limits.settle_by,
        is_sealed=sorted_as.is_complaint,
        revision=len(done) - 1,
    )
    WordLink.objects.create(case=case, word=word, at=at, by=by)
    for event in events:
        event.case = case
    CaseEvent.objects.bulk_create(events)
    return TakenIn(word, received.code, case, is_new=True)


def held(case: Case, by: User, revision: int | None = None) -> Case:
    """Hold a case for a step of somebody who may, as they saw it."""
    case = log.locked(case)
    policies.check_can_handle(by, case)
    if revision is not None and case.revision != revision:
        raise CaseChanged(case.number)
    return case


def check_reason(reason: str) -> None:
    """Raise ReasonMissing where nobody says why."""
    if not reason.strip():
        raise ReasonMissing("say why")


@transaction.atomic
def sort(
    *,
    case: Case,
    topic: Topic,
    urgency: int,
    station: Station | None,
    by: User,
    at: datetime,
    revision: int,
    second_topic: Topic | None = None,
    place_name: str = "",
    reason: str = "",
    key: UUID | None = None,
) -> Case:
    """Say what a case is about, how urgent it is and whose it is; or say so anew.

    Old values, who and why stay in the log. The clock runs from when the case came in.

    Raises
    ------
    NotAllowed, CaseChanged, StepRefused
    floors.CriticismStays, floors.UrgencyOnlyRises
    core.casework.steps.ReasonMissing
        It was sorted before.
    """
    case = held(case, by, revision)
    floors.check_keeps_class(case, topic, second_topic, by=by)
    floors.check_keeps_urgency(case, topic, urgency, by=by)
    before = {
        "topic_before": case.topic.code if case.topic else "",
        "urgency_before": case.urgency,
        "station_before": case.station.code if case.station else "",
    }
    is_new = log.add(
        case=case,
        step=Step.SORTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        note=reason,
        key=key,
        topic=topic.code,
        second=second_topic.code if second_topic else "",
        urgency=urgency,
        station=station.code if station else "",
        **before,
    )
    if not is_new:
        return case
    if urgency != case.urgency or topic != case.topic:
        limits = log.due_of(urgency, topic, case.opened_at)
        case.reply_by, case.settle_by = limits.reply_by, limits.settle_by
    case.topic, case.second_topic = topic, second_topic
    case.urgency, case.station = urgency, station
    case.place_name = place_name.strip()
    if Topic.COMPLAINT in floors.codes(topic, second_topic):
        seal(case)
        for other in queries.sharing_words(case).filter(is_sealed=False):
            seal(other)
            other.save()
    elif case.is_sealed and not queries.hold_a_complaint(case):
        # A supervisor has read it: it is no complaint about an officer.
        case.is_sealed, case.sealed_from = False, ""
    case.save()
    audit.record(
        kind="case.sorted",
        subject=case.number,
        by=by,
        at=at,
        topic=topic.code,
        **before,
    )
    return case


def seal(case: Case) -> None:
    """Take a case out of the hands of the unit it is about; the caller saves."""
    case.is_sealed = True
    case.sealed_from = case.station.code if case.station else ""
    case.public_since = None
    case.owner = None


@transaction.atomic
def take(
    *, case: Case, owner: User, by: User, at: datetime, key: UUID | None = None
) -> Case:
    """Give a case to somebody who may work on it; it has one owner.

    Raises
    ------
    NotAllowed, StepRefused
    """
    case = held(case, by)
    policies.check_can_handle(owner, case)
    before = case.owner.username if case.owner else ""
    if log.add(
        case=case,
        step=Step.TAKEN,
        actor=log.actor_of(by),
        by=by,
        at=at,
        key=key,
        owner=owner.username,
        owner_before=before,
    ):
        case.owner = owner
        case.save()
        audit.record(
            kind="case.taken", subject=case.number, by=by, at=at, owner=owner.username
        )
    return case


@transaction.atomic
def press(
    *,
    case: Case,
    step: Step,
    by: User,
    at: datetime,
    note: str = "",
    key: UUID | None = None,
) -> Case:
    """Stop or restart the clock, note something, open again, close.

    Raises
    ------
    NotAllowed, StepRefused, core.casework.steps.ReasonMissing
    """
    case = held(case, by)
    if log.add(
        case=case, step=step, actor=log.actor_of(by), by=by, at=at, note=note, key=key
    ):
        case.save()
        if step is Step.CLOSED:
            _let_contacts_go(case, at)
        audit.record(
            kind="case.moved", subject=case.number, by=by, at=at, step=step.value
        )
    return case


def _let_contacts_go(case: Case, at: datetime) -> None:
    is_criticism = case.topic is not None and case.topic.code == Topic.CRITICISM
    words = Word.objects.filter(links__case=case, links__ended_at=None)
    day = (at + CONTACT_KEPT[is_criticism]).astimezone(log.ZONE).date()
    feedback.erase_contact_after(words=words, day=day)


@transaction.atomic
def acknowledge(*, case: Case, by: User, at: datetime) -> Case:
    """Say that a person has seen a matter of life and death.

    Raises
    ------
    NotAllowed
    """
    case = held(case, by)
    if case.acknowledged_at is None:
        case.acknowledged_at = at
        case.replied_at = case.replied_at or at
        case.save(update_fields=["acknowledged_at", "replied_at"])
        audit.record(kind="case.acknowledged", subject=case.number, by=by, at=at)
    return case


@transaction.atomic
def answer(
    *,
    case: Case,
    text: str,
    by: User,
    at: datetime,
    revision: int,
    is_confirmed: bool = False,
    template: AnswerTemplate | None = None,
    cites: Collection[ServiceItem] = (),
    key: UUID | None = None,
) -> Answer:
    """Answer everybody whose word is in a case; ``cites`` services of the catalogue.

    What the check finds (too short, boiler-plate, misses the point, about a service and
    cites none) is shown once; who sends the answer all the same (``is_confirmed``) has
    that kept beside it.

    Raises
    ------
    NotAllowed, CaseChanged, AnswerEmpty, AnswerMissesPoint, StepRefused
    """
    case = held(case, by, revision)
    text = text.strip()
    if not text:
        raise AnswerEmpty(case.number)
    found = flaws_in(text, case=case, cites=cites)
    if found and not is_confirmed:
        raise AnswerMissesPoint(found)
    findings = [finding.flaw.value for finding in found]
    if log.add(
        case=case,
        step=Step.ANSWERED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        key=key,
        findings=findings,
        services=[item.number for item in cites],
    ):
        case.replied_at = case.replied_at or at
        case.save()
        audit.record(kind="case.answered", subject=case.number, by=by, at=at)
        given = Answer.objects.create(
            case=case, text=text, findings=findings, template=template, at=at, by=by
        )
        given.services.add(*cites)
        return given
    return case.answers.latest("at")


@transaction.atomic
def decide(*, case: Case, decision: str, why: str, by: User, at: datetime) -> Decision:
    """Say yes, partly or no to a suggestion, and why.

    Raises
    ------
    NotAllowed, ReasonTooShort
    """
    case = held(case, by)
    why = why.strip()
    if decision != "yes" and len(why) < MIN_REASON:
        raise ReasonTooShort(case.number)
    found = Decision.objects.create(case=case, decision=decision, why=why, at=at, by=by)
    log.add(
        case=case,
        step=Step.ACTED,
        actor=log.actor_of(by),
        by=by,
        at=at,
        decision=decision,
    )
    case.save()
    audit.record(
        kind="case.decided", subject=case.number, by=by, at=at, decision=decision
    )
    return found


@transaction.atomic
def note_act(*, case: Case, by: User, at: datetime, **ordered: Any) -> Case:
    """Note in a case's log what was ordered because of it, by a room above this one.

    Raises
    ------
    NotAllowed
    """
    case = held(case, by)
    log.add(case=case, step=Step.ACTED, actor=log.actor_of(by), by=by, at=at, **ordered)
    case.save()
    return case


@transaction.atomic
def say_not_answered(*, word: Word, at: datetime, note: str = "") -> Case:
    """Let the resident say that an answer misses the point: once, without argument.

    Raises
    ------
    StepRefused
        There is no answer yet, or it was said before: a supervisor decides then.
    """
    link = word.links.select_related("case").filter(ended_at=None).earliest("pk")
    case = log.locked(link.case)
    log.add(
        case=case,
        step=Step.NOT_ANSWERED,
        actor=Actor.RESIDENT,
        by=None,
        at=at,
        note=note,
        word=word.number,
    )
    case.save()
    feedback.erase_contact_after(words=[word], day=None)
    audit.record(kind="case.not_answered", subject=case.number, by=None, at=at)
    return case
