"""A public matter as a page, a file or a feed shows it. One query a table, however many."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from xunfang.cases.consultations.queries import consultations_of
from xunfang.cases.log import ZONE
from xunfang.cases.models import (
    Answer,
    Case,
    CaseReferral,
    Consultation,
    Decision,
    WordLink,
)
from xunfang.feedback.models import Hiding
from xunfang.feedback.queries import stubs
from xunfang.patrols.minutes.queries import orders_of
from xunfang.patrols.models import Reinforcement
from xunfang.public.matters.clocks import Clock, clock_of
from xunfang.public.matters.queries import public_texts, words_to_show
from xunfang.web.names import local_name

_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Said:
    """One word: as everybody may read it, or the stub in its place."""

    on: date
    text: str
    hiding: Hiding | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as everybody may see it."""

    case: Case
    said: Sequence[Said]
    n_words: int
    """All that were said on it, also those that are not shown yet."""
    answers: Sequence[Answer]
    decisions: Sequence[Decision]
    referrals: Sequence[CaseReferral]
    consultations: Sequence[Consultation]
    """Who was asked before something was done: groups and counts."""
    clock: Clock
    patrols: Sequence[Reinforcement] = ()
    """More patrol that was ordered because of it: the first order for each place."""

    @property
    def n_unshown(self) -> int:
        """How many of its words nobody has made ready to be shown."""
        return self.n_words - len(self.said)

    @property
    def opened_on(self) -> date:
        """The day on which it was first said."""
        return self.case.opened_at.astimezone(ZONE).date()

    @property
    def answer(self) -> Answer | None:
        """The latest answer."""
        return self.answers[-1] if self.answers else None


def matters_of(cases: Iterable[Case], *, at: datetime) -> list[Matter]:
    """Put together what may be shown of cases from `queries.public_cases`."""
    cases = list(cases)
    # A word that is kept back is counted, like one that nobody has looked at yet.
    links = list(
        WordLink.objects.filter(case__in=cases, ended_at=None)
        .select_related("word")
        .order_by("word__received_at", "word__pk")
    )
    words = [link.word for link in links]
    shown = set(
        words_to_show()
        .filter(pk__in=[word.pk for word in words])
        .values_list("pk", flat=True)
    )
    texts, hidings = public_texts(words), stubs(words)
    said: dict[int, list[Said]] = defaultdict(list)
    n_words: dict[int, int] = defaultdict(int)
    for link in links:
        n_words[link.case_id] += 1
        if link.word_id not in shown:
            continue
        on = link.word.received_at.astimezone(ZONE).date()
        if (hiding := hidings.get(link.word_id)) is not None:
            said[link.case_id].append(Said(on, "", hiding))
        elif text := texts.get(link.word_id):
            said[link.case_id].append(Said(on, text))
    answers = _by_case(
        Answer.objects.filter(case__in=cases)
        .order_by("at", "pk")
        .prefetch_related("services__station")
    )
    decisions = _by_case(Decision.objects.filter(case__in=cases).order_by("at", "pk"))
    referrals = _by_case(
        CaseReferral.objects.filter(case__in=cases).order_by("sent_at", "pk")
    )
    consultations = consultations_of(cases)
    patrols = orders_of(cases)
    return [
        Matter(
            case,
            said[case.pk],
            n_words[case.pk],
            answers[case.pk],
            decisions[case.pk],
            referrals[case.pk],
            consultations[case.pk],
            clock_of(case, at=at),
            patrols.get(case.pk, ()),
        )
        for case in cases
    ]


def _by_case(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def fields_of(matter: Matter) -> dict[str, Any]:
    """Return a matter as JSON holds it."""
    case, clock = matter.case, matter.clock
    return {
        "number": case.number,
        "url": reverse("public:matter", args=[case.number]),
        "opened_on": matter.opened_on.isoformat(),
        "topic": _topic(case),
        "station": case.station.code if case.station else "",
        "state": case.state,
        "due_on": clock.due_on.isoformat(),
        "clock": clock.standing.value,
        "clock_days": clock.n_days,
        "words_received": matter.n_words,
        "words": [_said(each) for each in matter.said],
        "answers": [
            {"on": _day(each.at), "text": each.text, "services": _numbers_of(each)}
            for each in matter.answers
        ],
        "decisions": [
            {"on": _day(each.at), "decision": each.decision, "why": each.why}
            for each in matter.decisions
        ],
        "referrals": [
            {
                "office": each.office,
                "sent_on": _day(each.sent_at),
                "status": each.status,
                "status_on": _day(each.status_at),
            }
            for each in matter.referrals
        ],
        "consultations": [
            {
                "on": each.held_on.isoformat(),
                "place": each.place_name,
                "asked": {group.group: group.n_asked for group in each.groups.all()},
                "heard": each.heard,
            }
            for each in matter.consultations
        ],
    }


def _said(said: Said) -> dict[str, str]:
    if said.hiding is None:
        return {"on": said.on.isoformat(), "text": said.text}
    return {
        "on": said.on.isoformat(),
        "hidden_reason": said.hiding.reason,
        "hidden_law": said.hiding.law,
        "hidden_on": _day(said.hiding.at),
    }


def _numbers_of(answer: Answer) -> list[int]:
    """Return the numbers of the services an answer cites."""
    return [item.number for item in answer.services.all()]


def _answer_line(answer: Answer) -> str:
    cited = "".join(f" /services/#{number}" for number in _numbers_of(answer))
    return f"{_day(answer.at)} {answer.text}{cited}"


def _topic(case: Case) -> str:
    return case.topic.code if case.topic else ""


def _day(at: datetime) -> str:
    return at.astimezone(ZONE).date().isoformat()


def cells_of(matter: Matter) -> list[object]:
    """Return a matter as one line of a table."""
    case, clock = matter.case, matter.clock
    topic = case.topic
    return [
        case.number,
        matter.opened_on,
        local_name(topic.name, topic.name_en) if topic else "",
        local_name(case.station.name, case.station.name_en) if case.station else "",
        case.get_state_display(),
        clock.due_on,
        clock.standing.value,
        clock.n_days,
        matter.n_words,
        "\n".join(_line(each) for each in matter.said),
        "\n".join(_answer_line(each) for each in matter.answers),
        "\n".join(
            f"{_day(each.at)} {each.get_decision_display()}: {each.why}"
            for each in matter.decisions
        ),
        "\n".join(
            f"{_day(each.status_at)} {each.office}: {each.get_status_display()}"
            for each in matter.referrals
        ),
    ]


def _line(said: Said) -> str:
    if said.hiding is None:
        return f"{said.on} {said.text}"
    return f"{said.on} [{said.hiding.get_reason_display()}; {said.hiding.law}]"


def harmless_in_xml(text: str) -> str:
    """Leave out what no XML may hold: control signs and halves of characters."""
    return _NO_XML.sub("", text)
