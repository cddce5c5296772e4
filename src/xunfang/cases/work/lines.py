"""A case's log in plain words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from xunfang.accounts.models import User
from xunfang.cases.models import (
    CaseEvent,
    CaseReferral,
    Decision,
    LostItem,
    ReturnConfirmation,
    RootCause,
    Topic,
)
from xunfang.cases.wording import WARNED
from xunfang.core.casework.steps import Step
from xunfang.units.models import Station
from xunfang.web.names import local_name

ORDERED: Mapping[str, Promise] = {
    "reinforcement": pgettext_lazy(
        "case log", "patrol at %(place)s, %(minutes)s min a night until %(until)s"
    ),
    "place_problem": pgettext_lazy("case log", "place problem at %(place)s"),
    "place_problem_withdrawn": pgettext_lazy(
        "case log", "place problem at %(place)s withdrawn: %(because)s"
    ),
    "place_problem_restored": pgettext_lazy(
        "case log", "withdrawal of the place problem at %(place)s taken back"
    ),
    "measure": pgettext_lazy("case log", "measure at %(place)s, done on %(done_on)s"),
    "measure_corrected": pgettext_lazy(
        "case log", "measure at %(place)s: done on %(done_on)s, not %(before)s"
    ),
    "measure_taken_back": pgettext_lazy(
        "case log", "measure at %(place)s of %(done_on)s taken back"
    ),
}
"""What rooms above this one order because of a case."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    at: datetime
    what: str
    detail: tuple[str, ...]
    note: str
    who: str
    patrolled: str = ""
    """Code of the place where more patrol was ordered."""


def lines_of(events: Iterable[CaseEvent]) -> list[Line]:
    """Say what happened, the newest first; three queries for names."""
    events = list(events)
    topics = {
        topic.code: local_name(topic.name, topic.name_en)
        for topic in Topic.objects.exclude(parent=None)
    }
    stations = {
        station.code: local_name(station.name, station.name_en)
        for station in Station.objects.all()
    }
    names = {
        event.detail.get(key, "") for event in events for key in ("owner", "second")
    }
    people = dict(
        User.objects.filter(username__in=names - {""}).values_list(
            "username", "display_name"
        )
    )
    return [
        Line(
            at=event.at,
            what=str(event.get_step_display()),
            detail=tuple(_details(event, topics, stations, people)),
            note=event.note,
            who=event.by.display_name if event.by else str(event.get_actor_display()),
            patrolled=event.detail.get("code", "")
            if event.detail.get("ordered") == "reinforcement"
            else "",
        )
        for event in reversed(events)
    ]


def _details(
    event: CaseEvent,
    topics: Mapping[str, str],
    stations: Mapping[str, str],
    people: Mapping[str, str],
) -> Iterable[str]:
    detail = event.detail
    if event.step == Step.SORTED:
        yield from _sorted(detail, topics, stations)
    if owner := detail.get("owner"):
        yield pgettext("case log", "to %(name)s") % {"name": people.get(owner, owner)}
    if office := detail.get("office"):
        yield f"{office} · {detail.get('referral', '')}"
    if status := detail.get("status"):
        yield str(dict(CaseReferral.STATUSES).get(status, status))
    if decision := detail.get("decision"):
        yield str(dict(Decision.WORDS).get(decision, decision))
    if numbers := detail.get("services"):
        yield pgettext("case log", "services cited: %(numbers)s") % {
            "numbers": ", ".join(map(str, numbers))
        }
    if told := detail.get("warned"):
        yield str(WARNED.get(told, told))
    if word := detail.get("contact"):
        yield pgettext("case log", "contact of %(word)s opened") % {"word": word}
    if second := detail.get("second"):
        yield pgettext("case log", "together with %(name)s") % {
            "name": people.get(second, second)
        }
    if detail.get("public") == "shown":
        yield pgettext("case log", "shown to everybody")
    if detail.get("public") == "taken_back":
        yield pgettext("case log", "taken off the public pages")
    if request := detail.get("livelihood"):
        yield pgettext("case log", "livelihood request %(number)s") % {
            "number": request
        }
    if item := detail.get("item"):
        yield pgettext("case log", "thing %(number)s") % {"number": item}
        if outcome := detail.get("outcome"):
            yield str(dict(LostItem.OUTCOMES).get(outcome, outcome))
        if says := detail.get("says"):
            yield str(dict(ReturnConfirmation.SAYS).get(says, says))
    if ordered := ORDERED.get(detail.get("ordered", "")):
        yield str(ordered) % defaultdict(str, detail)
    if "causes" in detail:
        yield from _causes(detail)
    if words := detail.get("words"):
        yield from _moved(detail, ", ".join(words))


def _sorted(
    detail: Mapping[str, str], topics: Mapping[str, str], stations: Mapping[str, str]
) -> Iterable[str]:
    topic = detail.get("topic", "")
    yield topics.get(topic, topic)
    if detail.get("how") == "model":
        yield pgettext("case log", "by the model, as the station allows")
    if "urgency" not in detail:
        return
    yield f"U{detail['urgency']}"
    if station := detail.get("station"):
        yield stations.get(station, station)
    former = []
    before = detail.get("topic_before", "")
    if before and before != topic:
        former.append(topics.get(before, before))
    if detail.get("urgency_before") != detail["urgency"]:
        former.append(f"U{detail.get('urgency_before')}")
    before = detail.get("station_before", "")
    if before and before != detail.get("station"):
        former.append(stations.get(before, before))
    if former:
        yield pgettext("case log", "before: %(values)s") % {
            "values": " · ".join(former)
        }


def _causes(detail: Mapping[str, Any]) -> Iterable[str]:
    """Name what was found behind it and, where that was otherwise before, what was."""
    codes = {*detail["causes"], *detail["causes_before"]}
    names = {
        cause.code: local_name(cause.name, cause.name_en)
        for cause in RootCause.objects.filter(code__in=codes)
    }

    def named(some: Iterable[str]) -> str:
        return " · ".join(names.get(code, code) for code in some)

    yield pgettext("case log", "root causes: %(names)s") % {
        "names": named(detail["causes"]) or "—"
    }
    if detail["causes_before"]:
        yield pgettext("case log", "before: %(values)s") % {
            "values": named(detail["causes_before"])
        }


def _moved(detail: Mapping[str, str], words: str) -> Iterable[str]:
    if into := detail.get("into"):
        yield pgettext("case log", "%(words)s went to %(case)s") % {
            "words": words,
            "case": into,
        }
    elif origin := detail.get("from"):
        yield pgettext("case log", "%(words)s came from %(case)s") % {
            "words": words,
            "case": origin,
        }
    elif to := detail.get("to"):
        yield pgettext("case log", "%(words)s taken out, to %(case)s") % {
            "words": words,
            "case": to,
        }
