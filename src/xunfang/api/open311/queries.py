"""What others may read: public matters, and the state of what a sender brought itself.

A request is a word. It is public when the case that answers it was let out by a person,
with a text made unrecognisable, and none of the cases it belongs to is sealed or of a
sensitive topic. Of anything else that came this way its sender learns how far it is, and
nothing more: by its key, or by the number it was given, which is listed nowhere. Clients
ask for the number they were given without a key, as the specification has it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    DateTimeField,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from xunfang.api.models import Sender
from xunfang.cases.models import (
    Answer,
    Case,
    CaseEvent,
    CaseReferral,
    Decision,
    PublicText,
    Topic,
    WordLink,
)
from xunfang.core.casework.steps import Actor, Done, State, Step, fold
from xunfang.feedback.models import Channel, Hiding, Word
from xunfang.feedback.queries import stubs
from xunfang.places.addresses.queries import PublicPoints, lonlat_of

NOT_OFFERED = ("1004", "1103")
"""Leaves that only staff sort into: dissatisfied at follow-up; empty or a test."""
SETTLED = (State.ANSWERED.value, State.CLOSED.value)
SENSITIVE = Q(case__topic__is_sensitive=True) | Q(case__second_topic__is_sensitive=True)
TOLD = (
    Step.REFERRED,
    Step.CAME_BACK,
    Step.ACTED,
    Step.ANSWERED,
    Step.NOT_ANSWERED,
    Step.REOPENED,
    Step.CLOSED,
)
"""The steps that others are told of."""


def services() -> QuerySet[Topic]:
    """Return the topics a request can be about. With their branches, one query."""
    return (
        Topic.objects.exclude(parent=None)
        .exclude(code__in=NOT_OFFERED)
        .select_related("parent")
        .order_by("code")
    )


def find_service(code: str) -> Topic | None:
    """Return the topic with a code, where a request can be about it."""
    topic = Topic.objects.filter(code=code).order_by().first()
    if topic is None or topic.parent_id is None or topic.code in NOT_OFFERED:
        return None
    return topic


def requests_for(
    sender: Sender | None, *, numbers: Sequence[str] = ()
) -> QuerySet[Word]:
    """Return the words somebody may ask about, the newest first; numbers: only those.

    Beside each: ``is_public``, ``case_pk`` of the case that speaks for it, and
    ``public_text``.
    """
    links = WordLink.objects.filter(word=OuterRef("pk"), ended_at=None).order_by("pk")
    public = links.filter(case__public_since__isnull=False)
    text = PublicText.objects.filter(word=OuterRef("pk")).order_by("-at", "-pk")
    words = (
        Word.objects.annotate(
            public_text=Subquery(text.values("text")[:1]),
            is_public=Exists(public)
            & ~Exists(links.filter(Q(case__is_sealed=True) | SENSITIVE))
            & Exists(text),
            case_pk=Coalesce(
                Subquery(public.values("case")[:1]), Subquery(links.values("case")[:1])
            ),
        )
        .exclude(case_pk=None)
        .order_by("-received_at", "-pk")
    )
    may = Q(is_public=True)
    if sender is not None:
        may |= Q(source=sender.name)
    if numbers:
        words = words.filter(number__in=numbers)
        may |= Q(channel=Channel.OPEN311)
    return words.filter(may)


def having(
    words: QuerySet[Word], *, topics: Sequence[str], statuses: Sequence[str]
) -> QuerySet[Word]:
    """Leave only requests of some topics, or open or closed; empty: any.

    What is not public is of no topic: only its status may be known.
    """
    cases = Case.objects.filter(pk=OuterRef("case_pk"))
    if topics:
        words = words.filter(
            Q(is_public=True), Exists(cases.filter(topic__code__in=topics))
        )
    if len(set(statuses)) == 1:
        settled = Exists(cases.filter(state__in=SETTLED))
        words = words.filter(settled if statuses[0] == "closed" else ~settled)
    return words


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it may be shown to whoever asks."""

    word: Word
    case: Case
    is_public: bool
    text: str
    """Empty where it is hidden or not public."""
    hiding: Hiding | None
    answer: str
    updated_at: datetime
    point: tuple[float, float] | None
    """Where it stands on the public map; its pin is given to nobody."""

    @property
    def is_closed(self) -> bool:
        """Whether it was answered."""
        return self.case.state in SETTLED


def shown(words: Iterable[Word], *, day: date) -> list[Request]:
    """Return requests with all that is shown of them: six queries at most.

    Points of the public map are those of a day.
    """
    words = list(words)
    about: dict[int, tuple[int, bool, str]] = {
        word.pk: (word.case_pk, word.is_public, word.public_text or "")  # type: ignore[attr-defined]  # annotated
        for word in words
    }
    keys = {case for case, _, _ in about.values()}
    last = CaseEvent.objects.filter(case=OuterRef("pk")).order_by().values("case")
    cases = (
        Case.objects.filter(pk__in=keys)
        .select_related("topic__parent", "station")
        .annotate(
            event_at=Coalesce(
                Subquery(last.annotate(at_last=Max("at")).values("at_last")),
                Value(None),
                output_field=DateTimeField(),
            )
        )
        .in_bulk()
    )
    answers = {
        answer.case_id: answer.text
        for answer in Answer.objects.filter(case__in=keys).order_by("at", "pk")
    }
    hidden = stubs(words)
    pins = [(word.pk, word.lon, word.lat) for word in words if word.lat is not None]
    points = PublicPoints.on(day).of_pins(pins) if pins else {}
    found = []
    for word in words:
        key, is_public, text = about[word.pk]
        case = cases[key]
        is_told = is_public and word.pk not in hidden
        cell = points.get(word.pk) if is_told else None
        closed_at = case.settled_at if case.state in SETTLED else None
        found.append(
            Request(
                word=word,
                case=case,
                is_public=is_public,
                text=text if is_told else "",
                hiding=hidden.get(word.pk) if is_public else None,
                answer=answers.get(key, "") if is_told else "",
                updated_at=closed_at or case.event_at or word.received_at,
                point=lonlat_of(cell) if cell else None,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Update:
    """One thing that happened to a request."""

    event: CaseEvent
    word: Word
    is_closed: bool
    """After it."""
    is_told: bool
    """Whether its words may be read; otherwise only that something happened."""
    words: str
    """Of the answer or the decision."""
    office: str
    """To whom it was passed on."""


def updates(
    sender: Sender | None,
    *,
    start: datetime,
    end: datetime,
    numbers: Sequence[str],
    part: slice,
) -> list[Update]:
    """Return what happened in a time, the oldest first: seven queries for any number."""
    links = WordLink.objects.filter(case=OuterRef("case"), ended_at=None)
    may = Q(case__public_since__isnull=False)
    if sender is not None:
        may |= Q(Exists(links.filter(word__source=sender.name)))
    events = CaseEvent.objects.filter(
        may, step__in=[step.value for step in TOLD], at__gte=start, at__lte=end
    ).exclude(step=Step.ACTED.value, detail__decision=None)
    if numbers:
        events = events.filter(Exists(links.filter(word__number__in=numbers)))
    told = list(events.order_by("at", "pk")[part])
    keys = {event.case_id for event in told}
    words = requests_for(sender).filter(links__case__in=keys, links__ended_at=None)
    if numbers:
        words = words.filter(number__in=numbers)
    by_case: defaultdict[int, dict[int, Word]] = defaultdict(dict)
    for word in words.order_by("pk"):
        by_case[word.case_pk][word.pk] = word  # type: ignore[attr-defined]  # annotated
    hidden = stubs(word for those in by_case.values() for word in those.values())
    closed = _closed_after(keys)
    said = _said(keys)
    offices = {
        (case, at): office
        for case, at, office in CaseReferral.objects.filter(case__in=keys).values_list(
            "case", "sent_at", "office"
        )
    }
    found = []
    for event in told:
        key = (event.case_id, event.at)
        for word in by_case[event.case_id].values():
            is_told = word.is_public and word.pk not in hidden  # type: ignore[attr-defined]  # annotated
            found.append(
                Update(
                    event=event,
                    word=word,
                    is_closed=closed[event.pk],
                    is_told=is_told,
                    words=said.get((event.step, *key), "") if is_told else "",
                    office=offices.get(key, "") if is_told else "",
                )
            )
    return found


def _closed_after(cases: Iterable[int]) -> Mapping[int, bool]:
    """Say, by event, whether its case was settled after it. One query."""
    logs: defaultdict[int, list[Done]] = defaultdict(list)
    found = {}
    lines = CaseEvent.objects.filter(case__in=cases).order_by("at", "pk")
    for key, case, step, actor in lines.values_list("pk", "case", "step", "actor"):
        log = logs[case]
        log.append(Done(Step(step), Actor(actor)))
        found[key] = fold(log) in SETTLED
    return found


def _said(cases: Iterable[int]) -> Mapping[tuple[str, int, datetime], str]:
    """Return the words of answers and decisions by step, case and time. Two queries."""
    cases = list(cases)
    answers = Answer.objects.filter(case__in=cases).values_list("case", "at", "text")
    decisions = Decision.objects.filter(case__in=cases)
    found = {(Step.ANSWERED.value, case, at): text for case, at, text in answers}
    for decision in decisions:
        words = f"{decision.get_decision_display()} {decision.why}"
        found[Step.ACTED.value, decision.case_id, decision.at] = words
    return found
