"""Compare a list of key places with the register: new, changed, same, set aside.

Set by set: positions are converted and put into cells as arrays; a few queries serve
however many lines there are.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from xunfang.core.geo import Datum, Floats, short_distance_m, to_wgs84
from xunfang.places.ground import Ground
from xunfang.places.models import GridCell, KeyPlace
from xunfang.places.register.rows import DATUMS, kinds_by_name, unmarked
from xunfang.places.register.services import PlaceValues
from xunfang.web.tables import Row

LONGEST_CODE, LONGEST_NAME, LONGEST_NAME_EN = 20, 80, 120
LONGEST_INTERVAL_DAYS = 366
CODE = re.compile(r"[\w.-]+")
USUAL_INTERVAL_DAYS = 30
SAME_POSITION_M = 0.1
"""A position moved by less than this has only been rounded."""
PERHAPS_SAME_M = 50.0
"""Two places of one kind and name that are nearer than this are perhaps one."""
DIGITS = 7
"""Of a degree: 1 cm."""

type Problem = dict[str, str | int]
"""``code`` and the facts of its sentence."""


@dataclass(slots=True)
class Judged:
    """One line, and what becomes of it."""

    row: Row
    problems: list[Problem] = field(default_factory=list)
    values: PlaceValues | None = None
    cell: GridCell | None = None
    place: KeyPlace | None = None
    """The place in the register with this code."""
    changes: dict[str, tuple[str | int | float, str | int | float]] = field(
        default_factory=dict
    )
    """Field to what it is and what it would be."""

    @property
    def code(self) -> str:
        return unmarked(self.row.cells["code"])


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an import would do."""

    new: tuple[Judged, ...]
    changed: tuple[Judged, ...]
    same: tuple[Judged, ...]
    set_aside: tuple[Judged, ...]

    @property
    def digest(self) -> str:
        """Short text that differs once the import would do something else."""
        told = [
            f"{kind} {one.row.line} {one.code} {one.values} {one.changes} {one.problems}"
            for kind, lines in (
                ("new", self.new),
                ("changed", self.changed),
                ("aside", self.set_aside),
            )
            for one in lines
        ]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def judge(
    rows: Sequence[Row],
    *,
    datum: Datum,
    day: date,
    station_code: str = "",
) -> Judgement:
    """Say what would become of each line, were the list imported on a day.

    Parameters
    ----------
    datum
        What positions are written in where the line does not say.
    station_code
        Whose places may be in the list; empty for the whole city.
    """
    register = {
        place.code: place
        for place in KeyPlace.objects.select_related("cell__area").all()
    }
    ground = Ground.on(day)
    judged = [Judged(row) for row in rows]
    lonlat = _positions(judged, datum)
    _read_texts(judged, lonlat)
    _find_repeated_codes(judged)
    for one in judged:
        one.place = register.get(one.code)
    _put_into_cells(judged, lonlat, ground)
    _check_station(judged, station_code)
    _find_twins(judged, register.values())
    for one in judged:
        if one.place is not None and one.values is not None:
            one.changes = _changes(one.place, one.values)
            if one.changes and one.place.ended_on is not None:
                one.problems.append({"code": "place_closed"})
    good = [one for one in judged if not one.problems]
    return Judgement(
        new=tuple(one for one in good if one.place is None),
        changed=tuple(one for one in good if one.place is not None and one.changes),
        same=tuple(one for one in good if one.place is not None and not one.changes),
        set_aside=tuple(one for one in judged if one.problems),
    )


def is_plain(text: str) -> bool:
    """Say whether a text can stand in every file: no line ends, no control characters.

    >>> is_plain("老张's 店"), is_plain("two\\nlines")
    (True, False)
    """
    return not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in text)


def _positions(judged: list[Judged], usual: Datum) -> Floats:
    """Return WGS84 positions, NaN where there is none, shape ``(n, 2)``."""
    lonlat = np.full((len(judged), 2), np.nan)
    by_datum: dict[Datum, list[int]] = defaultdict(list)
    for row, one in enumerate(judged):
        cells = one.row.cells
        if not cells["lon"] or not cells["lat"]:
            one.problems.append({"code": "position_missing"})
            continue
        try:
            lon, lat = float(cells["lon"]), float(cells["lat"])
        except ValueError:
            one.problems.append({"code": "position_not_a_number"})
            continue
        named = cells["datum"].casefold()
        datum = DATUMS.get(named) if named else usual
        if datum is None:
            one.problems.append({"code": "datum_unknown", "datum": cells["datum"]})
        elif not (-180 <= lon <= 180 and -90 <= lat <= 90):
            is_swapped = -180 <= lat <= 180 and -90 <= lon <= 90
            code = "position_swapped" if is_swapped else "position_invalid"
            one.problems.append({"code": code})
        else:
            lonlat[row] = lon, lat
            by_datum[datum].append(row)
    for datum, at in by_datum.items():
        lonlat[at] = to_wgs84(lonlat[at], datum)
    return lonlat.round(DIGITS)


def _read_texts(judged: list[Judged], lonlat: Floats) -> None:
    kinds = kinds_by_name()
    for one, (lon, lat) in zip(judged, lonlat.tolist(), strict=True):
        cells, problems = one.row.cells, one.problems
        name, name_en = unmarked(cells["name"]), unmarked(cells["name_en"])
        if not one.code:
            problems.append({"code": "code_missing"})
        elif len(one.code) > LONGEST_CODE or not CODE.fullmatch(one.code):
            problems.append({"code": "code_unusable", "most": LONGEST_CODE})
        if not name:
            problems.append({"code": "name_missing"})
        if len(name) > LONGEST_NAME or len(name_en) > LONGEST_NAME_EN:
            problems.append({"code": "name_too_long", "most": LONGEST_NAME})
        if not (is_plain(name) and is_plain(name_en)):
            problems.append({"code": "name_unusable"})
        kind = kinds.get(cells["kind"].casefold())
        if kind is None:
            problems.append({"code": "kind_unknown", "kind": cells["kind"]})
        interval = cells["check_every_days"] or str(USUAL_INTERVAL_DAYS)
        if not interval.isdecimal() or not 1 <= int(interval) <= LONGEST_INTERVAL_DAYS:
            problems.append(
                {"code": "interval_unusable", "most": LONGEST_INTERVAL_DAYS}
            )
        if not problems:
            one.values = PlaceValues(
                name=name,
                name_en=name_en,
                kind=kind or "",
                lon=lon,
                lat=lat,
                check_every_days=int(interval),
            )


def _find_repeated_codes(judged: list[Judged]) -> None:
    first_line: dict[str, int] = {}
    for one in judged:
        line = first_line.setdefault(one.code, one.row.line)
        if one.code and line != one.row.line:
            one.problems.append({"code": "twice_in_file", "line": line})


def _put_into_cells(judged: list[Judged], lonlat: Floats, ground: Ground) -> None:
    """Find the cell of each line; a place that has not moved keeps its own."""
    rows = np.flatnonzero(~np.isnan(lonlat).any(axis=1))
    kept = np.array(
        [
            [np.nan, np.nan] if one.place is None else [one.place.lon, one.place.lat]
            for one in judged
        ]
    ).reshape(-1, 2)
    # A comparison with NaN is false: what has no place there has moved.
    has_stayed = short_distance_m(lonlat, kept) < SAME_POSITION_M
    for row in np.flatnonzero(has_stayed).tolist():
        one = judged[row]
        if one.place is not None:
            one.cell = one.place.cell
    moved = rows[~has_stayed[rows]]
    cells = ground.cells_of_points(lonlat[moved])
    for row, cell in zip(moved.tolist(), cells, strict=True):
        judged[row].cell = cell
    lost = moved[[cell is None for cell in cells]] if len(moved) else moved
    swapped = ground.cells_of_points(lonlat[lost][:, ::-1])
    for row, off, other in zip(
        lost.tolist(), ground.how_far_off(lonlat[lost]), swapped, strict=True
    ):
        if other is not None:
            judged[row].problems.append({"code": "position_swapped"})
        else:
            judged[row].problems.append(
                {"code": "off_map", "metres": off.metres, "area": off.area}
            )


def _check_station(judged: list[Judged], station_code: str) -> None:
    if not station_code:
        return
    for one in judged:
        stations = {
            cell.area.station_code
            for cell in (one.cell, one.place.cell if one.place else None)
            if cell is not None
        }
        if stations - {station_code}:
            one.problems.append({"code": "other_station"})


def _find_twins(judged: list[Judged], register: Iterable[KeyPlace]) -> None:
    """Set aside a new code for what is perhaps there already, or earlier in the list."""
    known: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
    for place in register:
        if place.ended_on is None:
            key = _twin_key(place.kind, place.name)
            known[key].append((place.code, place.lon, place.lat))
    for one in judged:
        if one.place is not None or one.values is None or one.problems:
            continue
        values = one.values
        same = known[_twin_key(values.kind, values.name)]
        if same:
            at = np.array([[lon, lat] for _, lon, lat in same])
            metres = short_distance_m(at, np.array([values.lon, values.lat]))
            nearest = int(metres.argmin())
            if metres[nearest] <= PERHAPS_SAME_M:
                one.problems.append(
                    {
                        "code": "perhaps_same",
                        "other": same[nearest][0],
                        "metres": round(float(metres[nearest])),
                    }
                )
                continue
        same.append((one.code, values.lon, values.lat))


def _twin_key(kind: str, name: str) -> tuple[str, str]:
    return kind, "".join(name.split()).casefold()


def _changes(
    place: KeyPlace, values: PlaceValues
) -> dict[str, tuple[str | int | float, str | int | float]]:
    changes: dict[str, tuple[str | int | float, str | int | float]] = {
        name: (getattr(place, name), getattr(values, name))
        for name in ("name", "name_en", "kind", "check_every_days")
        if getattr(place, name) != getattr(values, name)
    }
    before, after = [place.lon, place.lat], [values.lon, values.lat]
    if float(short_distance_m(before, after)) >= SAME_POSITION_M:
        changes["lon"] = (place.lon, values.lon)
        changes["lat"] = (place.lat, values.lat)
    return changes
