"""What was done as its pages lay it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from xunfang.core.calendars.shift_bands import BAND_HOURS
from xunfang.core.streets.matching.stays import Kept
from xunfang.core.streets.network import SegmentUnknown, StreetNetwork
from xunfang.patrols import wording
from xunfang.patrols.coverage.figures import Asked, BandShare, CellBand, Street
from xunfang.patrols.coverage.patrolled import Silence, SilentCrew
from xunfang.patrols.coverage.queries import CrewNight
from xunfang.patrols.models import KEPT, StayDone
from xunfang.patrols.runs.times import ZONE
from xunfang.units.models import MODES, Station
from xunfang.units.nights import midnight_before
from xunfang.web.names import local_name

KEPT_NAMES = dict(KEPT)
MODE_NAMES = dict(MODES)
SILENCES = {
    Silence.NO_DEVICE: pgettext_lazy("silent crew", "had no device: by the plan"),
    Silence.DEVICE_SILENT: pgettext_lazy(
        "silent crew", "its device sent nothing: by the plan"
    ),
    Silence.NOT_ON_DUTY: pgettext_lazy(
        "silent crew", "not on duty by its log: counts for nothing"
    ),
    Silence.NOT_FOLDED: pgettext_lazy(
        "silent crew", "positions not worked out yet: counts for nothing so far"
    ),
}
SIGNS = {
    Kept.KEPT: "✓",
    Kept.SHORT: "–",
    Kept.OUTSIDE_WINDOW: "↔",
    Kept.NOT_SEEN: "✗",
    Kept.UNKNOWN: "?",
}


NEXT_DAY_FROM, EARLY_UNTIL = 30, 6
"""Hours at which another day begins for those who are out (``units/nights``)."""


def band_name(night: date, first_hour: int) -> str:
    """Name a band by its hours: 21:00–00:00."""
    begins, ends = (
        hour_name(night, hour) for hour in (first_hour, first_hour + BAND_HOURS)
    )
    hours = f"{begins}–{ends}"
    # A day's shift and the end of a long night may lie in the same hours of the clock.
    if first_hour >= NEXT_DAY_FROM:
        return pgettext("band of hours", "%(hours)s next day") % {"hours": hours}
    if first_hour < EARLY_UNTIL:
        return pgettext("band of hours", "%(hours)s before dawn") % {"hours": hours}
    return hours


def hour_name(night: date, hour: int) -> str:
    """Name an hour of a night by the clock with which it begins: 25 is 01:00."""
    zero_s = midnight_before(night, ZONE).timestamp()
    return f"{datetime.fromtimestamp(zero_s + 3600 * hour, ZONE):%H:%M}"


def clock(moment: datetime | None) -> str:
    """Write a moment of the night as civil time."""
    return "" if moment is None else f"{moment.astimezone(ZONE):%H:%M}"


def mode_name(mode: str | None) -> str:
    """Name a way of moving."""
    return str(MODE_NAMES.get(mode or "", _("not said")))


@dataclass(frozen=True, slots=True)
class BandCell:
    """The share of one band in a table."""

    band: int
    name: str
    share: BandShare
    out: str
    """When somebody was to be out, where that is not all of it."""


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station's night in the city's table."""

    station: Station
    name: str
    bands: tuple[BandCell, ...]
    """In which its crews were to be out."""
    columns: tuple[BandCell | None, ...]
    """One for each band of the table; None: none of its crews was to be out."""
    together: BandShare
    """All cells and bands: the modelled share of presence."""
    n_stays: int
    n_kept: int
    n_crews: int
    n_heard: int
    n_open: int
    """Crews whose night was short and nobody has said why."""
    modes: tuple[tuple[str, int], ...]
    """Effective minutes by way of moving."""
    effective_min: int


def columns_of(shares: Mapping[str, Sequence[BandShare]]) -> list[int]:
    """Return the bands of a table of stations, in order."""
    return sorted(
        {share.band for of_station in shares.values() for share in of_station}
    )


def station_rows(
    night: date,
    stations: Iterable[Station],
    shares: Mapping[str, Sequence[BandShare]],
    asked: Asked,
    stays: Mapping[int, Mapping[str, int]],
    crews: Sequence[CrewNight],
) -> list[StationRow]:
    """Lay out the night of each station."""
    columns = columns_of(shares)
    rows = []
    for station in stations:
        mine = [crew for crew in crews if crew.shift.station_id == station.pk]
        of_station = shares.get(station.code, [])
        out = {
            band.first_hour: "" if band.is_whole else wording.windows_text(band.out_min)
            for band in asked.get((night, station.code), ())
        }
        bands = {
            share.band: BandCell(
                share.band, band_name(night, share.band), share, out[share.band]
            )
            for share in of_station
        }
        counts = stays.get(station.pk, {})
        rows.append(
            StationRow(
                station=station,
                name=local_name(station.name, station.name_en),
                bands=tuple(bands.values()),
                columns=tuple(bands.get(column) for column in columns),
                together=add_up(of_station),
                n_stays=sum(counts.values()),
                n_kept=counts.get(Kept.KEPT, 0),
                n_crews=sum(crew.effective_min is not None for crew in mine),
                n_heard=sum(
                    crew.run is not None and crew.run.heard_s > 0 for crew in mine
                ),
                n_open=sum(crew.is_open for crew in mine),
                modes=modes_of(mine),
                effective_min=sum(crew.effective_min or 0 for crew in mine),
            )
        )
    return rows


def add_up(shares: Iterable[BandShare]) -> BandShare:
    """Count cells and bands together."""
    found = list(shares)
    return BandShare(
        0, sum(one.n_reached for one in found), sum(one.n_cells for one in found)
    )


def modes_of(crews: Iterable[CrewNight]) -> tuple[tuple[str, int], ...]:
    """Add up effective minutes by way of moving; together they are the total."""
    minutes: dict[str | None, int] = {}
    for crew in crews:
        for part in crew.times.time.by_mode if crew.times.time else ():
            minutes[part.mode] = minutes.get(part.mode, 0) + part.minutes
    order = [*MODE_NAMES, None]
    return tuple(
        (mode_name(mode), minutes[mode])
        for mode in sorted(minutes, key=lambda m: order.index(m) if m in order else 99)
    )


@dataclass(frozen=True, slots=True)
class StreetRow:
    """A segment of street that was passed."""

    key: str
    name: str
    length_m: float
    metres: float
    passes: int
    is_end_to_end: bool


def street_rows(
    streets: Mapping[str, Street], network: StreetNetwork, segments: Iterable[int]
) -> list[StreetRow]:
    """Lay out the segments that were passed, of those asked about, by name."""
    rows = []
    for segment in segments:
        key = network.segment_key(segment)
        if (done := streets.get(key)) is None:
            continue
        rows.append(
            StreetRow(
                key=key,
                name=network.segment_name_of(segment) or _("Street without a name"),
                length_m=float(network.segment_length_m[segment]),
                metres=done.metres,
                passes=done.passes,
                is_end_to_end=done.is_end_to_end,
            )
        )
    return sorted(rows, key=lambda row: (row.name, row.key))


def cell_rows(cells: Iterable[CellBand], *, band: int | None) -> list[CellBand]:
    """Return the rows behind a share: of one band, or of all."""
    return [cell for cell in cells if band is None or cell.band == band]


def features(
    streets: Mapping[str, Street],
    blind: Iterable[int],
    stays: Iterable[StayDone],
    network: StreetNetwork,
) -> list[dict[str, Any]]:
    """Draw what was passed, what was blind, and what became of planned stays."""
    drawn = []
    for done in streets.values():
        try:
            segment = network.segment_by_key(done.key)
        except SegmentUnknown:
            continue
        drawn.append(_line(network, segment, {"kind": "passed", "passes": done.passes}))
    drawn += [_line(network, segment, {"kind": "blind"}) for segment in blind]
    drawn += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [stay.lon, stay.lat]},
            "properties": {
                "kind": "outcome",
                "id": f"stay:{stay.pk}",
                "kept": stay.kept,
                "sign": SIGNS[Kept(stay.kept)],
                "label": stay_label(stay),
            },
        }
        for stay in stays
    ]
    return drawn


def _line(
    network: StreetNetwork, segment: int, properties: dict[str, Any]
) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {
            "type": "LineString",
            "coordinates": network.shape_of(segment).round(6).tolist(),
        },
        "properties": properties | {"name": network.segment_name_of(segment)},
    }


def stay_label(stay: StayDone) -> str:
    """Say in a sentence what became of a stay."""
    return pgettext("stay", "%(name)s %(begins)s–%(ends)s: %(kept)s") % {
        "name": local_name(stay.name, stay.name_en),
        "begins": clock(stay.begins_at),
        "ends": clock(stay.ends_at),
        "kept": KEPT_NAMES[stay.kept],
    }


@dataclass(frozen=True, slots=True)
class SilentRow:
    """Crews of one night of which nothing was measured, for one reason."""

    night: date
    why: str
    is_modelled: bool
    crews: tuple[str, ...]


def silent_rows(silent: Iterable[SilentCrew]) -> list[SilentRow]:
    """Lay out the crews of which nothing was measured, by night and reason."""
    crews: dict[tuple[date, Silence], list[str]] = {}
    for one in silent:
        name = f"{local_name(one.shift.station.name, one.shift.station.name_en)} {one.shift.name}"
        crews.setdefault((one.shift.night, one.why), []).append(name)
    return [
        SilentRow(night, str(SILENCES[why]), why.is_modelled, tuple(names))
        for (night, why), names in crews.items()
    ]


def span_text(nights: Sequence[date]) -> str:
    """Name nights by month and day."""
    return "、".join(f"{night:%m-%d}" for night in nights)
