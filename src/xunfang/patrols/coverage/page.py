"""What was done as its pages lay it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from xunfang.core.streets.matching.stays import Kept
from xunfang.core.streets.network import SegmentUnknown, StreetNetwork
from xunfang.patrols import wording
from xunfang.patrols.coverage.figures import BANDS, BandShare, CellBand, Street
from xunfang.patrols.coverage.queries import CrewNight
from xunfang.patrols.models import KEPT, StayDone
from xunfang.patrols.runs.times import ZONE
from xunfang.units.models import MODES, Station
from xunfang.web.names import local_name

KEPT_NAMES = dict(KEPT)
MODE_NAMES = dict(MODES)
SIGNS = {
    Kept.KEPT: "✓",
    Kept.SHORT: "–",
    Kept.OUTSIDE_WINDOW: "↔",
    Kept.NOT_SEEN: "✗",
    Kept.UNKNOWN: "?",
}


def band_name(first_hour: int) -> str:
    """Name a band by its hours: 21:00–24:00."""
    [last] = [last for first, last in BANDS if first == first_hour]
    return wording.windows_text([(60 * first_hour, 60 * last)])


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


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station's night in the city's table."""

    station: Station
    name: str
    bands: tuple[BandCell, ...]
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


def station_rows(
    stations: Iterable[Station],
    shares: Mapping[str, Sequence[BandShare]],
    stays: Mapping[int, Mapping[str, int]],
    crews: Sequence[CrewNight],
) -> list[StationRow]:
    """Lay out the night of each station."""
    rows = []
    for station in stations:
        mine = [crew for crew in crews if crew.shift.station_id == station.pk]
        bands = shares.get(station.code, [])
        counts = stays.get(station.pk, {})
        rows.append(
            StationRow(
                station=station,
                name=local_name(station.name, station.name_en),
                bands=tuple(
                    BandCell(share.band, band_name(share.band), share)
                    for share in bands
                ),
                together=add_up(bands),
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


def span_text(nights: Sequence[date]) -> str:
    """Name nights by month and day."""
    return "、".join(f"{night:%m-%d}" for night in nights)
