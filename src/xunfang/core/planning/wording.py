"""Codes of the planner as sentences, in Chinese and in English.

Refusals of a document, what was set aside, what a plan breaks and why something is not in
it: each is a code with facts. The sentences stand in ``sentences.py``, Chinese first; the
shell reads them from here, and so may a page.

A fact's name says how it is written: ``_moment`` becomes a time of day where the problem
has an origin, ``_duration`` a length of time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from xunfang.core.planning.check import Violation
from xunfang.core.planning.format.node import FormatError
from xunfang.core.planning.format.screening import SetAside
from xunfang.core.planning.plan import EventKind, Unmet
from xunfang.core.planning.problem import Problem
from xunfang.core.planning.sentences import (
    REFUSALS,
    SET_ASIDE,
    TAKE,
    UNMET,
    VIOLATIONS,
    Sentences,
)

type Lang = Literal["zh", "en"]
type Facts = Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Clock:
    """How whole-number times are told."""

    time_unit_s: int = 60
    origin: datetime | None = None

    def moment(self, moment: int, lang: Lang) -> str:
        """Return the time of day; without an origin the number as in the document."""
        if self.origin is None:
            return str(moment)
        at = self.origin + timedelta(seconds=moment * self.time_unit_s)
        days = (at.date() - self.origin.date()).days
        if days == 0:
            return f"{at:%H:%M}"
        if lang == "zh":
            return f"{'次日' if days == 1 else f'第{days + 1}日'}{at:%H:%M}"
        return f"{at:%H:%M} (+{days} d)"

    def duration(self, duration: int, lang: Lang) -> str:
        """Return a length of time in minutes, or in seconds where it is no whole minute."""
        minutes, rest_s = divmod(duration * self.time_unit_s, 60)
        if rest_s:
            seconds = duration * self.time_unit_s
            return f"{seconds} 秒" if lang == "zh" else f"{seconds} s"
        return f"{minutes} 分钟" if lang == "zh" else f"{minutes} min"


def clock_of(problem: Problem) -> Clock:
    """Return the clock of a problem."""
    return Clock(problem.time_unit_s, problem.origin)


def violation_sentence(violation: Violation, clock: Clock, lang: Lang) -> str:
    """Say which rule a plan breaks, and how."""
    end_post = "终点" if lang == "zh" else "its end post"
    names = {"unit": violation.unit or "", "id": violation.id or end_post}
    return _say(VIOLATIONS[violation.code], names | violation.facts, clock, lang)


def unmet_sentence(lack: Unmet, clock: Clock, lang: Lang) -> str:
    """Say what is missing, why, and what it would take."""
    kind = KINDS[lack.kind][_column(lang)]
    count = f"×{lack.n_missing}" if lack.n_missing > 1 else ""
    name = f"{kind}{lack.id}{count}" if lang == "zh" else f"{kind} {lack.id}{count}"
    why = UNMET.get(lack.code)
    if why is None:
        return name
    nothing = {"displaced": lack.facts.get("displaced") or "—"}
    parts = [_say(why, dict(lack.facts) | nothing, clock, lang)]
    if "take_mode" in lack.facts:
        parts.append(_say(TAKE["unit"], lack.facts, clock, lang))
    elif "take_people" in lack.facts:
        parts.append(_say(TAKE["people"], lack.facts, clock, lang))
    elif "take_sworn" in lack.facts:
        parts.append(_say(TAKE["sworn"], lack.facts, clock, lang))
    return f"{name}：{''.join(parts)}" if lang == "zh" else f"{name}: {' '.join(parts)}"


def set_aside_sentence(aside: SetAside, clock: Clock, lang: Lang) -> str:
    """Say what was not taken over, and what to do about it."""
    key = aside.code.removeprefix("planning.aside.")
    if key == "unknown_key" and not aside.facts.get("nearest"):
        key = "unknown_key_alone"
    return _say(SET_ASIDE[key], {"id": aside.id or ""} | aside.facts, clock, lang)


def refusal_sentence(error: FormatError, lang: Lang) -> str:
    """Say why a document cannot be read, and what to do about it."""
    facts = dict(error.facts)
    for key in ("wanted", "found"):
        words = SHAPES.get(str(facts.get(key)))
        if words is not None:
            facts[key] = words[_column(lang)]
    return _say(REFUSALS[error.code], facts, Clock(), lang)


def _column(lang: Lang) -> int:
    return 0 if lang == "zh" else 1


def _say(sentence: tuple[str, str], facts: Facts, clock: Clock, lang: Lang) -> str:
    told = {}
    for key, fact in facts.items():
        if key.endswith("_moment") and isinstance(fact, int):
            told[key] = clock.moment(fact, lang)
        elif key.endswith("_duration") and isinstance(fact, int):
            told[key] = clock.duration(fact, lang)
        else:
            told[key] = f"{fact:g}" if isinstance(fact, float) else str(fact)
    return sentence[_column(lang)].format_map(told)


KINDS: Mapping[EventKind, tuple[str, str]] = {
    EventKind.STOP: ("巡访点", "stop"),
    EventKind.POST: ("定点岗", "post"),
    EventKind.LOOP: ("环线", "loop"),
    EventKind.PRESENCE: ("驻留", "presence"),
    EventKind.BREAK: ("用餐", "break"),
}

SHAPES: Sentences = {
    "list": ("列表 [ ]", "a list [ ]"),
    "object": ("对象 { }", "an object { }"),
    "text": ("文字", "text"),
    "number": ("数", "a number"),
    "whole number": ("整数", "a whole number"),
    "text or number": ("文字或数", "text or a number"),
    "true or false": ("true 或 false", "true or false"),
    "null": ("null", "null"),
}
