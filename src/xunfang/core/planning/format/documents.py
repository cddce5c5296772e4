"""The documented JSON formats ``xunfang.patrol-problem/1`` and ``xunfang.patrol-plan/1``.

``docs/reference/patrol-problem.md`` and ``patrol-plan.md`` are their tables of keys.
Structural nonsense raises a :class:`~xunfang.core.planning.format.document.FormatError` that
names its place. A unit, stop or break that makes no sense by itself is set aside with
its place and its remedy, and the rest is read: one wrong line does not cost the night.
"""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xunfang.core.planning.format.node import (
    BadMatrix,
    FormatError,
    MissingKey,
    Node,
    UnknownWord,
    WrongFormat,
    line_of,
    parse,
)
from xunfang.core.planning.format.plan_format import PLAN_FORMAT, read_plan, write_plan
from xunfang.core.planning.format.problem_writing import PROBLEM_FORMAT, write_problem
from xunfang.core.planning.format.screening import Found, SetAside, screen
from xunfang.core.planning.problem import (
    UNREACHABLE,
    Break,
    Crew,
    CrewNeed,
    Loop,
    Need,
    Post,
    Presence,
    Problem,
    Reason,
    Stop,
    Unit,
    Window,
)

__all__ = [
    "PLAN_FORMAT",
    "PROBLEM_FORMAT",
    "FormatError",
    "NetworkRef",
    "ReadProblem",
    "SetAside",
    "TravelUnresolved",
    "line_of",
    "network_of",
    "parse",
    "read_plan",
    "read_problem",
    "write_plan",
    "write_problem",
]

DAY_S = 86_400


class TravelUnresolved(FormatError):
    """The document leaves travel times to a street network that nobody has read yet."""

    code = "planning.format.travel_unresolved"


@dataclass(frozen=True, slots=True)
class NetworkRef:
    """Travel times to be computed from a street network."""

    file: str
    """As written, relative to the problem's own file."""
    points: tuple[tuple[float, float], ...]
    """Longitude and latitude, in degrees."""
    modes: dict[str, str]
    """Profile of the street network for each mode."""
    time_unit_s: int = 60
    """What travel times are to be rounded up to."""


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """A problem as far as it makes sense, and what was set aside on the way."""

    problem: Problem
    set_aside: tuple[SetAside, ...]


def network_of(document: object) -> NetworkRef | None:
    """Return the street network a problem wants; None if its travel times are inline.

    Raises
    ------
    FormatError
        ``network`` is there but is not what the reference says.
    """
    top = _top(document, PROBLEM_FORMAT)
    network = top.get("network")
    if network is None or top.get("travel") is not None:
        return None
    modes = {
        name: profile.as_text()
        for name, profile in network.need("modes").as_object().items()
    }
    if not modes:
        raise MissingKey(network.path + ".modes", key="car")
    points = _points(network.need("points"))
    return NetworkRef(
        file=network.need("file").as_text(),
        points=points,
        modes=modes,
        time_unit_s=top.whole("time_unit_s", 60, least=1),
    )


def read_problem(
    document: object, *, travel: Mapping[str, NDArray[np.int32]] | None = None
) -> ReadProblem:
    """Read a problem from parsed JSON.

    Parameters
    ----------
    document
        What :func:`parse` returned.
    travel
        Travel times by mode for the points of ``network``, in the document's time unit
        and rounded up, shape ``(n_points, n_points)``. Not needed, and not used, when
        the document holds its travel times.

    Raises
    ------
    FormatError
        The structure is wrong; the error knows its place.
    """
    top = _top(document, PROBLEM_FORMAT)
    notes = list(_unknown_keys(top, _TOP_KEYS))
    matrices, points = _travel(top, travel)
    mode = next(iter(matrices)) if len(matrices) == 1 else None
    time_unit_s = top.whole("time_unit_s", 60, least=1)

    units = [_found(node, _unit(node, mode)) for node in top.listed("units")]
    default_windows = (_horizon([found.item for found in units], time_unit_s),)
    stops = [_found(node, _stop(node, default_windows)) for node in top.listed("stops")]
    stops += [
        _found(node, _street(node, default_windows)) for node in top.listed("streets")
    ]
    posts = [_found(node, _post(node)) for node in top.listed("posts")]
    walk = mode or ("foot" if "foot" in matrices else None)
    loops = [_found(node, _loop(node, walk)) for node in top.listed("loops")]
    presence = [_found(node, _presence(node)) for node in top.listed("presence")]
    for key, allowed in _KEYS_OF_ITEMS.items():
        for node in top.listed(key):
            notes += _unknown_keys(node, allowed)

    if points and len(points) != len(next(iter(matrices.values()))):
        n_points = len(next(iter(matrices.values())))
        facts: dict[str, str | int | float] = {"n_given": len(points)}
        facts["n_points"] = n_points
        notes.append(SetAside("points", "planning.aside.points_count", None, facts))
        points = ()
    origin = top.get("origin")
    problem, set_aside = screen(
        Problem(
            travel=matrices,
            units=(),
            time_unit_s=time_unit_s,
            origin=None if origin is None else origin.as_datetime(),
            name=top.text("name", ""),
            points=points,
        ),
        units=units,
        stops=stops,
        posts=posts,
        loops=loops,
        presence=presence,
    )
    return ReadProblem(problem, (*set_aside, *notes))


# The parts.

_TOP_KEYS = (
    *("format", "name", "time_unit_s", "origin", "points", "travel", "network"),
    *("units", "stops", "posts", "loops", "presence", "streets"),
)
_NEED_KEYS = ("crew", "modes", "tags", "only_units", "not_units", "layer", "reason")
_DUTY_KEYS = ("mandatory", "priority", "value", *_NEED_KEYS)
_STOP_KEYS = ("id", "windows", "visits", "reversible", *_DUTY_KEYS)
_KEYS_OF_ITEMS: dict[str, tuple[str, ...]] = {
    "units": (
        *("id", "mode", "start", "end", "shift", "break", "breaks", "crew"),
        *("tags", "max_drive"),
    ),
    "stops": ("at", "exit", "dwell", *_STOP_KEYS),
    "streets": ("from", "to", "minutes", *_STOP_KEYS),
    "posts": ("id", "at", "window", "units", *_DUTY_KEYS),
    "loops": ("id", "at", "dwell", "window", "max_gap", "mode", *_DUTY_KEYS),
    "presence": ("id", "at", "dwell", "wanted", "value_per_minute", *_NEED_KEYS),
}


def _top(document: object, wanted: str) -> Node:
    top = Node(document)
    said = top.get("format")
    if said is None or said.value != wanted:
        found = "" if said is None else str(said.value)
        raise WrongFormat("format" if said else "", wanted=wanted, found=found)
    return top


def _found[Item](node: Node, item: Item) -> Found[Item]:
    return Found(node.path, item)


def _unknown_keys(node: Node, names: Sequence[str]) -> Iterator[SetAside]:
    """Name keys that mean nothing here, and the key they may have been meant to be."""
    for key, item in node.as_object().items():
        # A key that begins with an underscore is a remark of the writer.
        if key not in names and not key.startswith("_"):
            near = difflib.get_close_matches(key, names, n=1)
            facts: dict[str, str | int | float] = {"key": key}
            facts["nearest"] = near[0] if near else ""
            yield SetAside(item.path, "planning.aside.unknown_key", None, facts)


def _points(node: Node) -> tuple[tuple[float, float], ...]:
    points = []
    for point in node.as_list():
        pair = point.as_list()
        if len(pair) != 2:
            raise point.wrong_type("[lon, lat]")
        lon, lat = (part.as_degrees() for part in pair)
        points.append((lon, lat))
    return tuple(points)


def _travel(
    top: Node, resolved: Mapping[str, NDArray[np.int32]] | None
) -> tuple[dict[str, NDArray[np.int32]], tuple[tuple[float, float], ...]]:
    inline, network = top.get("travel"), top.get("network")
    given_points = top.get("points")
    points = () if given_points is None else _points(given_points)
    if inline is None:
        if network is None:
            raise MissingKey("", key="travel")
        if resolved is None:
            raise TravelUnresolved("network", file=network.text("file", ""))
        return dict(resolved), points or _points(network.need("points"))
    matrices: dict[str, NDArray[np.int32]] = {}
    for mode, node in inline.as_object().items():
        matrix = _matrix(node)
        for other in matrices.values():
            if len(other) != len(matrix):
                raise BadMatrix(node.path, n_rows=len(matrix), wanted=len(other))
        matrices[mode] = matrix
    if not matrices:
        raise MissingKey(inline.path, key="car")
    return matrices, points


def _matrix(node: Node) -> NDArray[np.int32]:
    rows = node.as_list()
    if not rows:
        raise BadMatrix(node.path, n_rows=0, wanted=1)
    matrix = np.empty((len(rows), len(rows)), dtype=np.int32)
    for number, row in enumerate(rows):
        cells = row.value
        if not isinstance(cells, list):
            raise row.wrong_type("list")
        if len(cells) != len(rows):
            raise BadMatrix(row.path, n_rows=len(cells), wanted=len(rows))
        # The common case, whole numbers throughout, without a Node for every cell.
        if all(type(cell) is int and 0 <= cell < UNREACHABLE for cell in cells):
            matrix[number] = cells
        else:
            matrix[number] = [
                UNREACHABLE if cell.value is None else cell.as_whole()
                for cell in row.as_list()
            ]
        if matrix[number, number] != 0:
            raise BadMatrix(f"{row.path}[{number}]", n_rows=len(rows), wanted=len(rows))
    return matrix


def _horizon(units: Iterable[Unit], time_unit_s: int) -> Window:
    shifts = [unit.shift for unit in units if unit.shift[0] <= unit.shift[1]]
    if not shifts:
        return 0, DAY_S // time_unit_s
    return min(first for first, _ in shifts), max(last for _, last in shifts)


def _mode(node: Node, default: str | None) -> str:
    mode = node.get("mode")
    if mode is not None:
        return mode.as_text()
    if default is None:
        raise MissingKey(node.path, key="mode")
    return default


def _unit(node: Node, mode: str | None) -> Unit:
    start = node.need("start").as_whole()
    breaks = [_break(item) for item in node.listed("breaks")]
    single = node.get("break")
    if single is not None:
        breaks.append(_break(single))
    crew = node.get("crew")
    return Unit(
        id=node.need("id").as_id(),
        mode=_mode(node, mode),
        start=start,
        end=node.whole("end", start),
        shift=node.need("shift").as_window(),
        breaks=tuple(breaks),
        crew=Crew() if crew is None else _crew(crew),
        tags=node.texts("tags") or frozenset(),
        max_drive=node.whole_or_none("max_drive"),
    )


def _crew(node: Node) -> Crew:
    return Crew(
        sworn=node.need("sworn").as_whole(), auxiliary=node.whole("auxiliary", 0)
    )


def _break(node: Node) -> Break:
    return Break(
        window=node.need("window").as_window(),
        minutes=node.need("minutes").as_whole(least=1),
        at=node.whole_or_none("at"),
    )


def _need(node: Node) -> Need:
    crew = node.get("crew")
    crew_need = CrewNeed()
    if crew is not None:
        sworn = crew.whole("sworn", 1, least=1)
        # Sworn officers count in the total, so a smaller total says nothing.
        crew_need = CrewNeed(sworn, max(sworn, crew.whole("total", sworn, least=1)))
    return Need(
        crew=crew_need,
        modes=node.texts("modes"),
        tags=node.texts("tags") or frozenset(),
        only_units=node.texts("only_units"),
        not_units=node.texts("not_units") or frozenset(),
    )


def _reason(node: Node) -> Reason | None:
    reason = node.get("reason")
    if reason is None:
        return None
    facts = reason.get("facts")
    return Reason(
        reason.need("code").as_text(), {} if facts is None else facts.as_facts()
    )


def _dwell(node: Node) -> int | dict[str, int]:
    if isinstance(node.value, dict):
        return {mode: item.as_whole() for mode, item in node.as_object().items()}
    return node.as_whole()


def _value(node: Node | None, default: float) -> tuple[tuple[int, float], ...]:
    if node is None:
        return ((0, default),)
    if not isinstance(node.value, list):
        return ((0, node.as_number()),)
    steps: dict[int, float] = {}
    for step in node.as_list():
        pair = step.as_list()
        if len(pair) != 2:
            raise step.wrong_type("[from, value]")
        steps[pair[0].as_whole()] = pair[1].as_number()
    if not steps:
        raise node.wrong_type("[from, value]")
    return tuple(sorted(steps.items()))


def _windows(node: Node, default: tuple[Window, ...]) -> tuple[Window, ...]:
    windows = node.get("windows")
    if windows is None:
        return default
    return tuple(item.as_window() for item in windows.as_list())


def _stop(node: Node, windows: tuple[Window, ...]) -> Stop:
    at = node.need("at").as_whole()
    dwell = _dwell(node.need("dwell"))
    return _wanted_stop(node, windows, at, node.whole("exit", at), dwell)


def _street(node: Node, windows: tuple[Window, ...]) -> Stop:
    """A street to be walked end to end is a stop with two doors."""
    begins, ends = node.need("from").as_whole(), node.need("to").as_whole()
    dwell = _dwell(node.need("minutes"))
    return _wanted_stop(node, windows, begins, ends, dwell, is_street=True)


def _wanted_stop(
    node: Node,
    windows: tuple[Window, ...],
    at: int,
    leave: int,
    dwell: int | dict[str, int],
    *,
    is_street: bool = False,
) -> Stop:
    mandatory = node.flag("mandatory", default=False)
    visits = node.get("visits") or Node({}, node.path)
    n_least = visits.whole("min", 1, least=1)
    return Stop(
        id=node.need("id").as_id(),
        at=at,
        exit=leave,
        dwell=dwell,
        value=_value(node.get("value"), 0.0 if mandatory else 1.0),
        windows=_windows(node, windows),
        mandatory=mandatory,
        priority=node.whole("priority", 1, least=1),
        visits_min=n_least,
        visits_max=visits.whole("max", n_least, least=1),
        min_gap=visits.whole("min_gap", 0),
        max_gap=visits.whole_or_none("max_gap"),
        reversible=node.flag("reversible", default=is_street),
        need=_need(node),
        layer=node.text("layer", "baseline"),
        reason=_reason(node),
    )


def _post(node: Node) -> Post:
    return Post(
        id=node.need("id").as_id(),
        at=node.need("at").as_whole(),
        window=node.need("window").as_window(),
        units=node.whole("units", 1, least=1),
        mandatory=node.flag("mandatory", default=True),
        priority=node.whole("priority", 1, least=1),
        value=node.number("value", 0.0),
        need=_need(node),
        layer=node.text("layer", "baseline"),
        reason=_reason(node),
    )


def _loop(node: Node, mode: str | None) -> Loop:
    at = tuple(point.as_whole() for point in node.need("at").as_list())
    if not at:
        raise UnknownWord(node.path + ".at", word="[]", allowed="1, 2, 3 …")
    return Loop(
        id=node.need("id").as_id(),
        at=tuple(dict.fromkeys(at)),
        dwell=node.need("dwell").as_whole(least=1),
        window=node.need("window").as_window(),
        max_gap=node.need("max_gap").as_whole(),
        mode=_mode(node, mode),
        mandatory=node.flag("mandatory", default=True),
        priority=node.whole("priority", 1, least=1),
        value=node.number("value", 0.0),
        need=_need(node),
        layer=node.text("layer", "baseline"),
        reason=_reason(node),
    )


def _presence(node: Node) -> Presence:
    bands = []
    for band in node.need("wanted").as_list():
        parts = band.as_list()
        if len(parts) != 3:
            raise band.wrong_type("[from, to, minutes]")
        begins, ends, minutes = (part.as_whole() for part in parts)
        bands.append((begins, ends, minutes))
    return Presence(
        id=node.need("id").as_id(),
        at=node.need("at").as_whole(),
        dwell=node.need("dwell").as_whole(least=1),
        wanted=tuple(bands),
        value_per_minute=node.number("value_per_minute", 1.0),
        need=_need(node),
        layer=node.text("layer", "baseline"),
        reason=_reason(node),
    )
