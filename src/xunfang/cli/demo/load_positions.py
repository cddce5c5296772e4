"""Last night's crews of the demo drive from place to place, and send where they are.

Nobody planned that night: each crew looks in on key places of its station, one after the
other, by the streets. Made up, and the same each time: a crew in seven leaves early, a
stop in nine is cut short, a stop in eleven left out.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import transaction

from xunfang.accounts.models import User
from xunfang.cli.demo.city_model import City
from xunfang.cli.demo.load import load_night
from xunfang.core.dispatching.sheets import Source
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.geo import Floats, metres_per_degree, short_distance_m
from xunfang.core.streets.modes import Mode
from xunfang.patrols.runs import covering
from xunfang.places import queries as places
from xunfang.places.models import KeyPlace, StreetNetwork
from xunfang.units.models import DutyEntry, DutyStay, Fix, Shift
from xunfang.units.nights import midnight_before

EVERY_S = 40
STAY_MIN = 14
NOISE_M = 5.0
PACE_MPS = {"foot": 1.3, "bicycle": 3.5, "ebike": 4.5, "car": 6.0}
BREAK_MIN = (22 * 60, 22 * 60 + 20)
LEAVES_EARLY, CUT_SHORT, LEFT_OUT = 7, 9, 11


@transaction.atomic
def load_positions(city: City, *, night: date, by: User) -> None:
    """Let the crews of a night that is over go out; once, where streets are there."""
    network = places.find_current_network()
    if network is None or Fix.objects.filter(shift__night=night).exists():
        return
    load_night(city, night=night)
    midnight = midnight_before(night, ZoneInfo(settings.TIME_ZONE))
    shifts = list(Shift.objects.filter(night=night).select_related("station"))
    by_station: dict[str, list[KeyPlace]] = {}
    for place in KeyPlace.objects.in_use(night).select_related("cell__area"):
        by_station.setdefault(place.cell.area.station_code, []).append(place)
    stays: list[DutyStay] = []
    entries: list[DutyEntry] = []
    fixes: list[Fix] = []
    for n, shift in enumerate(shifts):
        leaves_min = shift.ends_min - (90 if n % LEAVES_EARLY == 3 else 5)
        entries += _log(shift, midnight, shift.begins_min + 5, leaves_min, by)
        mine = by_station.get(shift.station.code, [])[n % 5 :: 5]
        bound = list(_stays(shift, mine, midnight, leaves_min))
        stays += bound
        fixes += _fixes(shift, n, bound, midnight, leaves_min, network)
    DutyEntry.objects.bulk_create(entries)
    DutyStay.objects.bulk_create(stays)
    Fix.objects.bulk_create(fixes, batch_size=2_000)
    covering.fold_night(night=night, at=midnight + timedelta(hours=31))


def _log(
    shift: Shift, midnight: datetime, on_min: int, off_min: int, by: User
) -> Iterator[DutyEntry]:
    lines = [
        (on_min, DutyStep.ON, shift.mode),
        (BREAK_MIN[0], DutyStep.PAUSE, ""),
        (BREAK_MIN[1], DutyStep.PATROL, ""),
        (off_min, DutyStep.OFF, ""),
    ]
    for minute, step, mode in lines:
        if not on_min <= minute <= off_min:
            continue
        moment = midnight + timedelta(minutes=minute)
        yield DutyEntry(
            shift=shift,
            step=step,
            happened_at=moment,
            recorded_at=moment,
            source=Source.DESK,
            by=by,
            key=uuid5(NAMESPACE_OID, f"{shift.night} {shift.code} {minute} {step}"),
            mode=mode,
        )


def _stays(
    shift: Shift, mine: Sequence[KeyPlace], midnight: datetime, off_min: int
) -> Iterator[DutyStay]:
    """A stop every half-hour, as far as there are places and time."""
    minute = shift.begins_min + 25
    for number, place in enumerate(mine, 1):
        if minute + STAY_MIN > off_min:
            return
        if not minute + STAY_MIN > BREAK_MIN[0] or minute >= BREAK_MIN[1]:
            yield DutyStay(
                shift=shift,
                number=number,
                begins_at=midnight + timedelta(minutes=minute),
                ends_at=midnight + timedelta(minutes=minute + STAY_MIN),
                lon=place.lon,
                lat=place.lat,
                place_code=place.code,
                name=place.name,
                name_en=place.name_en,
                edition=1,
            )
        minute += 30


def _fixes(
    shift: Shift,
    n: int,
    stays: Sequence[DutyStay],
    midnight: datetime,
    off_min: int,
    network: StreetNetwork,
) -> list[Fix]:
    """Where a crew was every 40 seconds: on its way, or at a stop."""
    rng = np.random.default_rng([n, shift.night.toordinal()])
    here = (shift.station.lon, shift.station.lat)
    knots: list[tuple[float, Floats]] = [
        (60.0 * (shift.begins_min + 5), np.array(here))
    ]
    for k, stay in enumerate(stays, start=n):
        if k % LEFT_OUT == 5:
            continue
        place = (stay.lon, stay.lat)
        line = way(network, shift.mode, here, place)
        along_m = np.concatenate(
            ([0.0], np.cumsum(short_distance_m(line[:-1], line[1:])))
        )
        begin_s = (stay.begins_at - midnight).total_seconds()
        sets_out_s = max(
            knots[-1][0], begin_s - float(along_m[-1]) / PACE_MPS[shift.mode]
        )
        knots += [
            (sets_out_s + float(m) / PACE_MPS[shift.mode], spot)
            for m, spot in zip(along_m.tolist(), line, strict=True)
        ]
        arrives_s = max(knots[-1][0], begin_s)
        stays_min = 4 if k % CUT_SHORT == 2 else STAY_MIN
        knots.append((arrives_s, np.array(place)))
        knots.append((arrives_s + 60 * stays_min, np.array(place)))
        here = place
    knots.append((max(knots[-1][0], 60.0 * off_min), knots[-1][1]))
    knot_s = np.array([second for second, _ in knots])
    spots = np.stack([spot for _, spot in knots])
    t_s = np.arange(knot_s[0], 60.0 * off_min, EVERY_S)
    lonlat = np.stack(
        [np.interp(t_s, knot_s, spots[:, axis]) for axis in (0, 1)], axis=1
    )
    lonlat += rng.normal(0, NOISE_M, lonlat.shape) / np.stack(
        metres_per_degree(lonlat[:, 1]), axis=1
    )
    return [
        Fix(
            shift=shift,
            fixed_at=(moment := midnight + timedelta(seconds=second)),
            received_at=moment,
            lon=lon,
            lat=lat,
        )
        for second, (lon, lat) in zip(t_s.tolist(), lonlat.tolist(), strict=True)
    ]


def way(
    network: StreetNetwork, mode: str, a: tuple[float, float], b: tuple[float, float]
) -> Floats:
    """Return the way along the streets; straight where none leads there."""
    travel = places.travel_times(network.code, Mode(mode))
    straight = np.array([a, b])
    snaps = travel.snap(straight)
    route = travel.route(snaps[:1], snaps[1:])
    return straight if route is None else np.asarray(route.lonlat)
