"""The line typed at the duty desk: ``s 3巡 到场``, ``d 110-7 3``, ``c 110-7 结案``.

A line becomes an order only if it can be read in one way. What fits several things is
answered with what it could mean, and nothing is done. A word may be cut short as long as
it stays the only one; a word that is written out beats longer ones that begin with it.
What a unit does stands at the end (TicketsCAD's command bar), so that its name may have
several words; in Chinese nothing need stand between them. Letters may be wide or narrow,
large or small: an input method is often in the wrong mode at three in the morning.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from xunfang.core.dispatching.sheets import Step
from xunfang.core.dispatching.unit_states import DutyStep


class Verb(StrEnum):
    """What a line asks for."""

    STATUS = "status"
    """A unit is so far with its call, or does so now."""
    SEND = "send"
    STAND_DOWN = "stand_down"
    CLOSE = "close"
    NOTE = "note"
    UNDO = "undo"
    GO = "go"
    """Show a call. Changes nothing."""


VERBS: Mapping[Verb, tuple[str, ...]] = {
    Verb.STATUS: ("s", "状态", "zt", "status"),
    Verb.SEND: ("d", "派", "派警", "pj", "dispatch", "send"),
    Verb.STAND_DOWN: ("x", "撤", "撤回", "ch", "standdown"),
    Verb.CLOSE: ("c", "警情", "jq", "call"),
    Verb.NOTE: ("n", "备注", "bz", "note"),
    Verb.UNDO: ("u", "撤销", "cx", "undo"),
    Verb.GO: ("g", "看", "找", "go"),
}
"""Written out, never cut short: one letter says what will be done. The first spelling is
what is shown."""

type What = Step | DutyStep

STATUSES: Mapping[What, tuple[str, ...]] = {
    Step.ACKNOWLEDGED: ("签收", "qs", "acknowledged", "ack"),
    Step.DEPARTED: ("出发", "cf", "departed", "enroute"),
    Step.ARRIVED: ("到场", "dc", "arrived", "onscene"),
    Step.FINISHED: ("完毕", "wb", "finished", "done"),
    DutyStep.PATROL: ("巡逻", "xl", "patrol", "恢复", "hf", "resume"),
    DutyStep.WAIT: ("屯警", "tj", "wait"),
    DutyStep.STAND_BY: ("备勤", "bq", "standby"),
    DutyStep.PAUSE: ("休整", "xz", "pause", "暂停"),
    DutyStep.RETURN: ("返程", "fc", "return"),
    DutyStep.OFF: ("下勤", "xq", "off"),
}
CLOSINGS = ("结案", "ja", "close")


@dataclass(frozen=True, slots=True)
class Named:
    """A unit or a call, and what people call it."""

    key: int
    names: tuple[str, ...]
    """The first is how it is written back."""
    bound: tuple[int, ...] = ()
    """Of a unit: the calls that it is bound to."""


@dataclass(frozen=True, slots=True)
class Order:
    """A line that can be read in one way."""

    verb: Verb
    unit: int | None = None
    call: int | None = None
    what: What | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that a line could mean, as the line that says so without doubt."""

    line: str
    order: Order | None = None
    """None: more has to follow."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a line means."""

    order: Order | None
    """None: nothing, or not for certain. Then nothing is done."""
    choices: tuple[Choice, ...] = ()
    """How it could go on, or what it could mean."""


NOTHING = Reading(None)
N_CHOICES = 9
"""Each can be chosen with a digit."""


def plain(text: str) -> str:
    """Return text as it is compared: narrow, small letters, single blanks.

    >>> plain(" ｓ　３巡  到场")
    's 3巡 到场'
    """
    narrow = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", narrow).casefold().split())


def read(
    line: str,
    *,
    units: Sequence[Named],
    calls: Sequence[Named],
    here: int | None = None,
) -> Reading:
    """Return what a line means.

    Parameters
    ----------
    line
        With or without the slash that opened it.
    units, calls
        What may be named: units on duty, calls that are not closed.
    here
        The call that is shown: what is meant where no call is named.
    """
    said = plain(line).removeprefix("/").strip()
    if not said:
        return Reading(None, tuple(Choice(f"{words[0]} ") for words in VERBS.values()))
    head, _, rest = said.partition(" ")
    verb = next((verb for verb, words in VERBS.items() if head in words), None)
    if verb is None:
        return _looked_up(said, calls)
    names = _Names(units, calls, here)
    # Words of a note keep their size and width.
    written = line.strip().removeprefix("/").strip()
    tail = written[len(written.split()[0]) :].strip()
    if verb is Verb.UNDO:
        return Reading(Order(Verb.UNDO)) if not rest else NOTHING
    found = {
        Verb.STATUS: names.statuses,
        Verb.SEND: names.sendings,
        Verb.STAND_DOWN: names.stand_downs,
        Verb.CLOSE: names.closings,
        Verb.GO: names.goings,
    }
    orders = names.notes(tail) if verb is Verb.NOTE else found[verb](rest)
    return _reading(verb, orders, rest, names)


def complete(line: str, reading: Reading) -> str:
    """Return the line as far as all choices agree; the line itself where they do not.

    What Tab puts into the field. It never makes a line shorter.
    """
    lines = [choice.line for choice in reading.choices]
    if not lines:
        return line
    first, last = min(lines), max(lines)
    n_same = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    shared = first[:n_same]
    return shared if len(shared) > len(plain(line).removeprefix("/").strip()) else line


def matches(text: str, things: Sequence[Named]) -> list[Named]:
    """Return what a text may name: who is called so, else who is called so at first."""
    exact = [thing for thing in things if text in map(plain, thing.names)]
    if exact:
        return exact
    return [
        thing
        for thing in things
        if any(plain(name).startswith(text) for name in thing.names)
    ]


def _statuses_of(text: str) -> list[What]:
    exact = [what for what, words in STATUSES.items() if text in words]
    if exact or not text:
        return exact
    return [
        what
        for what, words in STATUSES.items()
        if any(word.startswith(text) for word in words)
    ]


@dataclass(frozen=True, slots=True)
class _Names:
    """All readings of what follows a verb."""

    units: Sequence[Named]
    calls: Sequence[Named]
    here: int | None

    def statuses(self, rest: str) -> Iterator[Order]:
        for left, what in self._ends(rest):
            for unit, call in self._unit_and_call(left):
                if isinstance(what, DutyStep):
                    if call is None:
                        yield Order(Verb.STATUS, unit.key, None, what)
                    continue
                for key in self._bound(unit, call):
                    yield Order(Verb.STATUS, unit.key, key, what)

    def _ends(self, rest: str) -> Iterator[tuple[str, What]]:
        """Cut what a unit does off the end of a line."""
        tokens = rest.split()
        for n in (1, 2):
            if len(tokens) > n:
                word = "".join(tokens[-n:])
                whats = _statuses_of(word) if n == 1 else self._whole(word)
                for what in whats:
                    yield " ".join(tokens[:-n]), what
        if tokens and not matches(rest, self.units):
            for what, words in STATUSES.items():
                for word in words:
                    if rest.endswith(word) and len(rest) > len(word):
                        yield rest.removesuffix(word).strip(), what

    @staticmethod
    def _whole(word: str) -> list[What]:
        return [what for what, words in STATUSES.items() if word in words]

    def _unit_and_call(self, text: str) -> Iterator[tuple[Named, Named | None]]:
        for unit in matches(text, self.units):
            yield unit, None
        tokens = text.split()
        for n in range(1, len(tokens)):
            left, right = " ".join(tokens[:n]), " ".join(tokens[n:])
            for unit in matches(left, self.units):
                for call in matches(right, self.calls):
                    yield unit, call

    def _bound(self, unit: Named, call: Named | None) -> Iterable[int]:
        """Return which of its calls is meant."""
        if call is not None:
            return [call.key] if call.key in unit.bound else []
        return [self.here] if self.here in unit.bound and self.here else unit.bound

    def sendings(self, rest: str) -> Iterator[Order]:
        if self.here is not None:
            for unit in matches(rest, self.units) if rest else ():
                yield Order(Verb.SEND, unit.key, self.here)
        tokens = rest.split()
        for n in range(1, len(tokens)):
            left, right = " ".join(tokens[:n]), " ".join(tokens[n:])
            for call in matches(left, self.calls):
                for unit in matches(right, self.units):
                    yield Order(Verb.SEND, unit.key, call.key)

    def stand_downs(self, rest: str) -> Iterator[Order]:
        if not rest:
            return
        for unit, call in self._unit_and_call(rest):
            for key in self._bound(unit, call):
                yield Order(Verb.STAND_DOWN, unit.key, key)

    def closings(self, rest: str) -> Iterator[Order]:
        *tokens, last = rest.split() or [""]
        if not last or not any(word.startswith(last) for word in CLOSINGS):
            return
        if not tokens and self.here is not None:
            yield Order(Verb.CLOSE, call=self.here)
        for call in matches(" ".join(tokens), self.calls) if tokens else ():
            yield Order(Verb.CLOSE, call=call.key)

    def notes(self, written: str) -> Iterator[Order]:
        """Read a note: for the call named first, or else for the one that is shown."""
        first, _, words = written.partition(" ")
        named = [call for call in self.calls if plain(first) in map(plain, call.names)]
        if named:
            for call in named if words.strip() else ():
                yield Order(Verb.NOTE, call=call.key, text=words.strip())
        elif self.here is not None and written:
            yield Order(Verb.NOTE, call=self.here, text=written)

    def goings(self, rest: str) -> Iterator[Order]:
        for call in matches(rest, self.calls) if rest else ():
            yield Order(Verb.GO, call=call.key)

    def unit_name(self, key: int) -> str:
        return next(unit.names[0] for unit in self.units if unit.key == key)

    def call_name(self, key: int) -> str:
        return next((one.names[0] for one in self.calls if one.key == key), "")

    def line(self, order: Order) -> str:
        """Write an order as the line that says so without doubt."""
        word = VERBS[order.verb][0]
        unit = "" if order.unit is None else self.unit_name(order.unit)
        call = "" if order.call is None else self.call_name(order.call)
        if order.verb is Verb.STATUS and order.what is not None:
            parts = (word, unit, call, STATUSES[order.what][0])
        elif order.verb is Verb.CLOSE:
            parts = (word, call, CLOSINGS[0], "")
        elif order.verb is Verb.STAND_DOWN:
            parts = (word, unit, call, "")
        else:
            parts = (word, call, unit, order.text)
        return " ".join(part for part in parts if part)


def _reading(verb: Verb, orders: Iterable[Order], rest: str, names: _Names) -> Reading:
    different = list(dict.fromkeys(orders))
    choices = tuple(Choice(names.line(order), order) for order in different)
    if len(different) == 1:
        return Reading(different[0], choices)
    if not different:
        choices = tuple(_continued(verb, rest, names))
    return Reading(None, choices[:N_CHOICES])


def _continued(verb: Verb, rest: str, names: _Names) -> Iterator[Choice]:
    """Say how a line that is not whole yet could go on."""
    word = VERBS[verb][0]
    starts_with_call = verb in {Verb.CLOSE, Verb.NOTE, Verb.GO}
    if verb is Verb.SEND and names.here is None:
        starts_with_call = True
    things = names.calls if starts_with_call else names.units
    found = matches(rest, things) if rest else list(things)
    if verb is Verb.STATUS and len(found) == 1 and rest:
        bound = bool(found[0].bound)
        for what, words in STATUSES.items():
            if isinstance(what, DutyStep) or bound:
                yield Choice(f"{word} {found[0].names[0]} {words[0]}")
        return
    for thing in found:
        yield Choice(f"{word} {thing.names[0]} ")


def _looked_up(said: str, calls: Sequence[Named]) -> Reading:
    """Take a line without a verb for a search: anything of a call's names in it."""
    found = matches(said, calls) or [
        call for call in calls if any(said in plain(name) for name in call.names)
    ]
    orders = [Order(Verb.GO, call=call.key) for call in found]
    word = VERBS[Verb.GO][0]
    choices = tuple(
        Choice(f"{word} {call.names[0]}", order)
        for call, order in zip(found, orders, strict=True)
    )
    return Reading(orders[0] if len(orders) == 1 else None, choices[:N_CHOICES])
