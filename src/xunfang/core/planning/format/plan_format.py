"""A patrol plan as JSON, ``xunfang.patrol-plan/1``, and back.

Reading takes what the document says, right or wrong: whether the plan holds is for
``check.violations`` to say, which every reader calls next.
"""

from typing import Any

from xunfang.core.planning.format.node import Node, UnknownWord, WrongFormat
from xunfang.core.planning.plan import Event, EventKind, LoopVisit, Plan, Route, Unmet
from xunfang.core.planning.problem import Problem

PLAN_FORMAT = "xunfang.patrol-plan/1"

type Written = dict[str, Any]


def write_plan(plan: Plan, problem: Problem) -> Written:
    """Return the document of a plan for this problem, ready for ``json.dumps``."""
    return {
        "format": PLAN_FORMAT,
        "problem": problem.name,
        "time_unit_s": problem.time_unit_s,
        "origin": None if problem.origin is None else problem.origin.isoformat(),
        "value": plan.value,
        "upper_bound": plan.upper_bound,
        "gap_share": plan.gap_share,
        "seed": plan.seed,
        "cpu_s": plan.cpu_s,
        "stopped_early": plan.stopped_early,
        "routes": [_route(route) for route in plan.routes],
        "unmet": [write_unmet(lack) for lack in plan.unmet],
    }


def write_unmet(lack: Unmet) -> Written:
    """Return one thing that is missing, as it stands in the document of a plan."""
    return {
        "kind": lack.kind.value,
        "id": lack.id,
        "n_missing": lack.n_missing,
        "mandatory": lack.mandatory,
        "code": lack.code,
        "facts": lack.facts,
    }


def read_plan(document: object, problem: Problem) -> Plan:
    """Read a plan from parsed JSON.

    Raises
    ------
    FormatError
        The structure is wrong, or the plan counts time in other units than the problem.
    """
    top = Node(document)
    said = top.get("format")
    if said is None or said.value != PLAN_FORMAT:
        found = "" if said is None else str(said.value)
        raise WrongFormat("format" if said else "", wanted=PLAN_FORMAT, found=found)
    time_unit_s = top.whole("time_unit_s", problem.time_unit_s, least=1)
    if time_unit_s != problem.time_unit_s:
        allowed = str(problem.time_unit_s)
        raise UnknownWord("time_unit_s", word=str(time_unit_s), allowed=allowed)
    bound, cpu_s = top.get("upper_bound"), top.get("cpu_s")
    return Plan(
        routes=tuple(_read_route(node) for node in top.listed("routes")),
        value=top.need("value").as_number(),
        upper_bound=None if bound is None else bound.as_number(),
        unmet=tuple(_read_unmet(node) for node in top.listed("unmet")),
        seed=top.whole_or_none("seed"),
        cpu_s=None if cpu_s is None else cpu_s.as_number(),
        stopped_early=top.flag("stopped_early", default=False),
    )


def _route(route: Route) -> Written:
    return {
        "unit": route.unit,
        "depart": route.depart,
        "back": route.back,
        "events": [_event(event) for event in route.events],
    }


def _event(event: Event) -> Written:
    written: Written = {"kind": event.kind.value, "id": event.id, "at": event.at}
    if event.exit != event.at:
        written["exit"] = event.exit
    written |= {"arrive": event.arrive, "start": event.start, "end": event.end}
    if event.visits:
        written["visits"] = [
            [visit.at, visit.start, visit.end] for visit in event.visits
        ]
    return written


def _read_route(node: Node) -> Route:
    return Route(
        unit=node.need("unit").as_id(),
        depart=node.need("depart").as_whole(),
        events=tuple(_read_event(event) for event in node.listed("events")),
        back=node.need("back").as_whole(),
    )


def _read_event(node: Node) -> Event:
    at = node.need("at").as_whole()
    start = node.need("start").as_whole()
    return Event(
        kind=_read_kind(node),
        id=node.need("id").as_id(),
        at=at,
        exit=node.whole("exit", at),
        arrive=node.whole("arrive", start),
        start=start,
        end=node.need("end").as_whole(),
        visits=tuple(_read_visit(visit) for visit in node.listed("visits")),
    )


def _read_visit(node: Node) -> LoopVisit:
    parts = node.as_list()
    if len(parts) != 3:
        raise node.wrong_type("[at, start, end]")
    at, start, end = (part.as_whole() for part in parts)
    return LoopVisit(at, start, end)


def _read_unmet(node: Node) -> Unmet:
    facts = node.get("facts")
    return Unmet(
        kind=_read_kind(node),
        id=node.need("id").as_id(),
        n_missing=node.whole("n_missing", 1, least=1),
        mandatory=node.flag("mandatory", default=False),
        code=node.text("code", ""),
        facts={} if facts is None else facts.as_facts(),
    )


def _read_kind(node: Node) -> EventKind:
    word = node.need("kind")
    try:
        return EventKind(word.as_text())
    except ValueError:
        allowed = ", ".join(kind.value for kind in EventKind)
        raise UnknownWord(word.path, word=word.as_text(), allowed=allowed) from None
