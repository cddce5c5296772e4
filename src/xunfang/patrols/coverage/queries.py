"""Ask what was done. Everything here only reads, and begins with what a person may see."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np
from django.db.models import Count, QuerySet

from xunfang.accounts.models import User
from xunfang.accounts.policies import Capability, can
from xunfang.core.calendars.shift_bands import Band, bands_of_shifts
from xunfang.core.streets.modes import MODES, Mode
from xunfang.core.streets.network import StreetNetwork
from xunfang.patrols.coverage.figures import NightRows
from xunfang.patrols.models import LoopGap, Run, RunNight, ShortRun, StayDone
from xunfang.patrols.runs.times import ZONE, CrewTime, crew_times
from xunfang.places import queries as places
from xunfang.places.ground import Ground
from xunfang.places.models import GridCell
from xunfang.units.models import Shift, Station
from xunfang.units.nights import midnight_before

HEARD_SHARE: Final = 0.5
"""A night proves that nobody was in a street only if each crew on duty was heard of for
so much of its time."""


def stations_visible_to(user: User) -> QuerySet[Station]:
    """Return the stations whose nights on the street this person may see."""
    stations = Station.objects.order_by("code")
    if not can(user, Capability.SEE_POSITIONS):
        return stations.none()
    return stations.filter(code=user.station_code) if user.station_code else stations


def latest_night(*, at_most: date) -> date | None:
    """Return the last night of which anything is known."""
    nights = RunNight.objects.filter(night__lte=at_most).exclude(folded_at=None)
    return nights.order_by("-night").values_list("night", flat=True).first()


def find_night(night: date) -> RunNight | None:
    """Return what is known of the folding of a night."""
    return RunNight.objects.filter(night=night).exclude(folded_at=None).first()


def stays(station: Station, night: date) -> QuerySet[StayDone]:
    """Return the planned stays of a station's night and what became of them."""
    return (
        StayDone.objects.filter(shift__station=station, shift__night=night)
        .select_related("shift")
        .order_by("shift__code", "begins_at", "number")
    )


def count_stays(
    stations: Collection[Station] | QuerySet[Station], night: date
) -> dict[int, dict[str, int]]:
    """Return by station how many planned stays came to what; one query."""
    counts: defaultdict[int, dict[str, int]] = defaultdict(dict)
    rows = (
        StayDone.objects.filter(shift__station__in=stations, shift__night=night)
        .order_by()
        .values_list("shift__station", "kept")
        .annotate(n=Count("pk"))
    )
    for station, kept, n in rows:
        counts[station][kept] = n
    return counts


def loops(station: Station, night: date) -> QuerySet[LoopGap]:
    """Return the longest gap at each point of a station's loops."""
    return LoopGap.objects.filter(station=station, night=night)


@dataclass(frozen=True, slots=True)
class CrewNight:
    """One crew's night in minutes."""

    shift: Shift
    times: CrewTime
    run: Run | None
    said: ShortRun | None
    """The last reason that somebody gave for too few minutes."""

    @property
    def effective_min(self) -> int | None:
        """Whole effective minutes; None: never on duty."""
        return None if self.times.time is None else self.times.time.effective_minutes

    @property
    def is_open(self) -> bool:
        """Whether it was too short and nobody has said why, of as few minutes as these."""
        return self.times.is_short and (
            self.said is None or (self.effective_min or 0) < self.said.effective_min
        )


def crew_nights(
    stations: Iterable[Station], night: date, *, at: datetime
) -> list[CrewNight]:
    """Return the nights of crews, by station and code; five queries."""
    shifts = list(
        Shift.objects.filter(night=night, station__in=list(stations))
        .select_related("station", "run")
        .order_by("station__code", "code")
    )
    times = crew_times(shifts, at=at)
    said: dict[int, ShortRun] = {}
    rows = ShortRun.objects.filter(shift__in=shifts).select_related("said_by")
    for row in rows.order_by("said_at", "id"):
        said[row.shift_id] = row
    return [
        CrewNight(
            shift, times[shift.pk], getattr(shift, "run", None), said.get(shift.pk)
        )
        for shift in shifts
    ]


@dataclass(frozen=True, slots=True)
class ProofOfNights:
    """Which of the last nights say where a station's crews were not."""

    asked: tuple[date, ...]
    proven: tuple[date, ...]
    left_out: tuple[tuple[date, tuple[str, ...]], ...]
    """Nights that prove nothing, and the crews that were not heard of enough; none named:
    no positions of the station came at all."""


def proof_of_nights(
    station: Station, *, until: date, n_nights: int, network: str
) -> ProofOfNights:
    """Tell the nights that prove a street was empty from those that do not. Two queries.

    A night on which a crew on duty was silent is left out: it may have been anywhere.
    """
    asked = [until - timedelta(days=ago) for ago in reversed(range(n_nights))]
    matched = set(
        RunNight.objects.filter(night__in=asked, network=network).values_list(
            "night", flat=True
        )
    )
    heard: defaultdict[date, list[str]] = defaultdict(list)
    silent: defaultdict[date, list[str]] = defaultdict(list)
    runs = Run.objects.filter(
        shift__station=station, shift__night__in=asked, on_duty_s__gt=0
    )
    for run in runs.select_related("shift").order_by("shift__code"):
        is_heard = run.heard_s >= HEARD_SHARE * run.on_duty_s
        (heard if is_heard else silent)[run.shift.night].append(run.shift.name)
    proven = [
        night
        for night in asked
        if night in matched and heard[night] and not silent[night]
    ]
    return ProofOfNights(
        tuple(asked),
        tuple(proven),
        tuple((night, tuple(silent[night])) for night in asked if night not in proven),
    )


@dataclass(frozen=True, slots=True)
class BlindStreet:
    """Segments of one street that nobody was near."""

    name: str
    n_segments: int
    length_m: float
    last_seen: date | None
    """As far as the files of the nights go back; None: in none of them."""
    segment: str
    """Key of the longest of them."""


def segments_of(station: Station, night: date, network: StreetNetwork) -> list[int]:
    """Return the segments on a station's ground that somebody can use."""
    ground = Ground.on(night).segments_of(network, frozenset({station.code}))
    speed = network.speed_mps[[MODES.index(Mode.FOOT), MODES.index(Mode.CAR_URGENT)]]
    is_open = (speed > 0).any(axis=0).reshape(-1, 2).any(axis=1)
    found: list[int] = np.flatnonzero(ground & is_open).tolist()
    return found


def blind_segments(
    station: Station, proof: ProofOfNights, network: StreetNetwork
) -> list[int]:
    """Return the segments of a station's ground seen in none of the nights.

    Whatever was seen on a night that proves nothing, or by a crew of any other station,
    was seen. Without a night that proves something there is none.
    """
    if not proof.proven:
        return []
    until, n_nights = proof.asked[-1], len(proof.asked)
    with NightRows(until, n_nights) as nights:
        seen = nights.last_seen()
    return [
        segment
        for segment in segments_of(station, until, network)
        if network.segment_key(segment) not in seen
    ]


LOOK_BACK = 60
"""How many nights to look for when a blind street was seen last."""


def blind_streets(
    segments: Sequence[int], network: StreetNetwork, *, until: date
) -> list[BlindStreet]:
    """Put blind segments together by the name of their street, the longest first."""
    with NightRows(until, LOOK_BACK) as nights:
        seen = nights.last_seen()
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for segment in segments:
        name = network.segment_name_of(segment)
        by_name[name or network.segment_key(segment)].append(segment)
    rows = []
    for some in by_name.values():
        keys = [network.segment_key(segment) for segment in some]
        longest = max(some, key=lambda s: float(network.segment_length_m[s]))
        rows.append(
            BlindStreet(
                name=network.segment_name_of(longest),
                n_segments=len(some),
                length_m=float(network.segment_length_m[some].sum()),
                last_seen=max((seen[key] for key in keys if key in seen), default=None),
                segment=network.segment_key(longest),
            )
        )
    return sorted(rows, key=lambda row: (-row.length_m, row.segment))


def bands_asked(
    *, until: date, n_nights: int = 1
) -> dict[tuple[date, str], tuple[Band, ...]]:
    """Return in which bands of which nights crews of a station were to be out.

    One query. Who is to be out is what the roster says, not who came on duty: a band in
    which a crew was to be out and none came is one that nobody covered, and overtime asks
    for no more than was asked before.
    """
    nights = (until - timedelta(days=n_nights - 1), until)
    spans: defaultdict[tuple[date, str], list[tuple[int, int]]] = defaultdict(list)
    rows = Shift.objects.filter(night__range=nights).order_by("night", "station__code")
    for night, station, begins_min, ends_min in rows.values_list(
        "night", "station__code", "begins_min", "ends_min"
    ):
        zero_s = midnight_before(night, ZONE).timestamp()
        # Minutes of a shift go by the clock on the wall, hours of a file by time gone.
        # They part only on a night on which the clocks are changed.
        begins, ends = (
            (midnight_before(night, ZONE) + timedelta(minutes=minute)).timestamp()
            for minute in (begins_min, ends_min)
        )
        spans[night, station].append(
            (int((begins - zero_s) // 60), int((ends - zero_s) // 60))
        )
    return {key: bands_of_shifts(shifts) for key, shifts in spans.items()}


def cells_by_station(night: date) -> dict[str, list[GridCell]]:
    """Return the grid cells by station as they were divided on a night."""
    found: defaultdict[str, list[GridCell]] = defaultdict(list)
    for cell in places.all_cells(day=night):
        found[cell.area.station_code].append(cell)
    return found
