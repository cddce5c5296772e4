"""The duty sheets of a station's night, word for word as they go on paper.

``xunfang.duty-sheets/1`` is JSON: who, when, where and why of every crew, in each
language of the house, so that a reprint needs neither roster nor wording of today. The
map is not in it: it is drawn from the plan, which is kept, on streets that are kept.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xunfang.accounts.models import Standing, User
from xunfang.core.planning.plan import EventKind
from xunfang.patrols import queries, wording
from xunfang.patrols.board.night import Board, StopRow, UnitRow, lay_out
from xunfang.patrols.models import Plan
from xunfang.patrols.plans.figures import shortage_in
from xunfang.patrols.sheets.crews import NOBODY, NamedCrew, crews_of, desks_of
from xunfang.patrols.wanted.lights import lights_of
from xunfang.places import queries as places
from xunfang.units.gear.queries import GearLine, gear_of_shifts
from xunfang.units.models import Person, Shift, Station, Unit
from xunfang.units.roster.night import Conflict, conflicts
from xunfang.units.roster.notices import notices_of
from xunfang.web.names import local_name

ZONE = ZoneInfo(settings.TIME_ZONE)
FORMAT = "xunfang.duty-sheets/1"
LANGUAGES = ("zh-hans", "en")
"""In which sheets are frozen; Chinese is read in either script."""
POSTS = frozenset({EventKind.POST, EventKind.LOOP})

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NightRoster:
    """What the sheets of some stations need from the roster, read once for all."""

    crews: Mapping[str, NamedCrew]
    shifts: Mapping[str, tuple[Shift, ...]]
    """By station."""
    desks: Mapping[str, Unit]
    conflicts: Mapping[str, tuple[Conflict, ...]]
    """By station: what does not hold in who goes out."""
    gear: Mapping[int, tuple[GearLine, ...]]
    """By the key of the shift."""
    notices: tuple[str, ...]
    network: str
    """Code of the streets the maps are drawn on; empty where there are none."""


def read_roster(night: date, stations: Sequence[Station]) -> NightRoster:
    """Read the night's crews with their people; a fixed number of queries."""
    shifts: dict[str, list[Shift]] = {station.code: [] for station in stations}
    for shift in Shift.objects.filter(night=night, station__in=stations).select_related(
        "station"
    ):
        shifts[shift.station.code].append(shift)
    found_conflicts: dict[str, list[Conflict]] = {code: [] for code in shifts}
    for conflict in conflicts(night=night, stations=stations):
        found_conflicts[conflict.shift.station.code].append(conflict)
    network = places.find_current_network()
    return NightRoster(
        crews=crews_of(night, stations),
        shifts={code: tuple(found) for code, found in shifts.items()},
        desks=desks_of(stations),
        conflicts={code: tuple(rows) for code, rows in found_conflicts.items()},
        gear=gear_of_shifts(shift for rows in shifts.values() for shift in rows),
        notices=tuple(notices_of(night).values_list("text", flat=True)),
        network=network.code if network else "",
    )


def draw_up(*, plan: Plan, station: Station, roster: NightRoster) -> Json:
    """Return the sheets of a plan in both of their languages. Asks for the lights only."""
    kept = queries.documents_by_id(plan.pk)
    shifts = roster.shifts.get(station.code, ())
    lights = lights_of(kept.problem, station=station, night=plan.night, zone=ZONE)
    routes = {route.unit: n for n, route in enumerate(kept.routes.routes)}
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            board = lay_out(
                kept.problem,
                kept.routes,
                shifts,
                reasons=kept.reasons,
                shortage=shortage_in(plan.figures),
                lights=lights,
            )
            texts[language] = _text(board, station, plan.night, roster)
    return {
        "format": FORMAT,
        "station": station.code,
        "night": plan.night.isoformat(),
        "plan_edition": plan.edition,
        "network": roster.network,
        "routes": routes,
        "texts": texts,
    }


def digest_of(sheet: Json) -> str:
    """Return the SHA-256 of a sheet, however its keys are ordered."""
    written = json.dumps(sheet, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


def stamped(sheet: Json, *, edition: int, by: User, at: datetime) -> Json:
    """Return a sheet with its edition and who publishes it when."""
    return sheet | {
        "edition": edition,
        "published_by": by.display_name,
        "published_at": at.isoformat(),
    }


STAMP = ("edition", "published_by", "published_at")


def says_the_same(sheet: Json, other: Json) -> bool:
    """Say whether two sheets send the same people to the same places, stamps aside."""
    bare, other_bare = (
        {name: value for name, value in each.items() if name not in STAMP}
        for each in (sheet, other)
    )
    return digest_of(bare) == digest_of(other_bare)


def _text(board: Board, station: Station, night: date, roster: NightRoster) -> Json:
    desk = roster.desks.get(station.code)
    by_code = {shift.code: shift for shift in roster.shifts.get(station.code, ())}
    return {
        "station": local_name(station.name, station.name_en),
        "night": night_text(night),
        "desk": {
            "name": local_name(desk.name, desk.name_en) if desk else "",
            "phone": desk.phone if desk else "",
        },
        "notices": list(roster.notices),
        "missing": [
            {"place": row.place, "why": row.why_wanted, "why_not": row.why_not}
            for row in board.missing_duties
        ],
        "shortage": board.shortage,
        "crews": [
            _crew(
                unit,
                by_code[unit.code],
                roster.crews.get(unit.code, NOBODY),
                roster.gear.get(by_code[unit.code].pk, ()),
            )
            for unit in board.units
            if unit.code in by_code
        ],
    }


def _crew(
    unit: UnitRow, shift: Shift, crew: NamedCrew, gear: Sequence[GearLine]
) -> Json:
    n_people = len(crew.going_out) or shift.n_sworn + shift.n_auxiliary
    return {
        "code": unit.code,
        "name": unit.name,
        "group": _group(shift),
        "mode": str(unit.mode),
        "shift": unit.shift,
        "muster": wording.clock(shift.begins_min),
        "size": unit.people,
        "n_people": n_people,
        "people": [
            *(_person(person, "") for person in crew.members),
            *(
                _person(person, pgettext("sheet", "local, goes along"))
                for person in crew.joined
            ),
        ],
        "stand_ins": [_person(person, "") for person in crew.stand_ins],
        "stops": [_stop(stop) for stop in unit.stops],
        "gear": [
            {"name": local_name(line.name, line.name_en), "n": line.n} for line in gear
        ],
    }


def _group(shift: Shift) -> str:
    if shift.group_number is None:
        return ""
    return _("Group %(n)d") % {"n": shift.group_number}


def _person(person: Person, note: str) -> Json:
    return {
        "name": person.name,
        "number": person.code,
        "unit": local_name(person.home_unit.name, person.home_unit.name_en),
        "standing": ""
        if person.standing == Standing.SWORN
        else str(Standing(person.standing).label),
        "phone": person.phone,
        "note": note,
    }


def _stop(stop: StopRow) -> Json:
    return {
        "key": stop.key,
        "number": stop.number,
        "kind": stop.kind.value,
        "is_post": stop.kind in POSTS,
        "from": stop.clock,
        "until": stop.until,
        "minutes": wording.minutes_text(stop.end - stop.start),
        "place": stop.place,
        "why": stop.why,
        "light": stop.light and _("Light on %(times)s") % {"times": stop.light},
        "unlit": stop.unlit
        and _("In the dark without a light %(times)s") % {"times": stop.unlit},
    }


def night_text(night: date) -> str:
    """Name a night with its day of the week."""
    return _("%(day)s, %(weekday)s") % {
        "day": date_format(night),
        "weekday": WEEKDAYS[night.weekday()],
    }


def counts_of(text: Json) -> Json:
    """Count what a station's sheets hold."""
    stops = [stop for crew in text["crews"] for stop in crew["stops"]]
    return {
        "n_crews": len(text["crews"]),
        "n_people": sum(crew["n_people"] for crew in text["crews"]),
        "n_posts": sum(stop["is_post"] for stop in stops),
        "n_stops": sum(
            stop["number"] is not None and not stop["is_post"] for stop in stops
        ),
        "n_missing": len(text["missing"]),
    }
