"""Crews of Linhe that drove and walked where a test says, and sent where they were."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np

from tests.factories.linhe_city import NIGHT
from tests.towns.linhe import at
from xunfang.core.dispatching.unit_states import DutyStep
from xunfang.core.geo import short_distance_m
from xunfang.units.models import DutyEntry, DutyStay, Fix, Shift

ZONE = ZoneInfo("Asia/Shanghai")


def clock(text: str, night: date = NIGHT) -> datetime:
    """Return a moment of the night: ``"25:30"`` is half past one."""
    hours, minutes = text.split(":")
    midnight = datetime.combine(night, datetime.min.time(), ZONE)
    return midnight + timedelta(hours=int(hours), minutes=int(minutes))


def log(shift: Shift, *lines: tuple[str, DutyStep] | tuple[str, DutyStep, str]) -> None:
    """Write a crew's log: ``("19:00", DutyStep.ON, "foot")``."""
    for when, step, *mode in lines:
        moment = clock(when, shift.night)
        DutyEntry.objects.create(
            shift=shift,
            step=step,
            happened_at=moment,
            recorded_at=moment,
            source="desk",
            key=uuid4(),
            mode=mode[0] if mode else "",
        )


def go(
    shift: Shift,
    nodes: Sequence[str],
    *,
    begins: str,
    speed_mps: float = 5.0,
    every_s: int = 5,
    received: datetime | None = None,
) -> datetime:
    """Let a crew go from node to node at an even pace; return when it arrived."""
    line = at(*nodes)
    along = np.concatenate(([0.0], np.cumsum(short_distance_m(line[:-1], line[1:]))))
    seconds = np.arange(0, along[-1] / speed_mps + 1e-6, every_s)
    return _send(
        shift,
        clock(begins, shift.night),
        seconds,
        np.stack(
            [np.interp(seconds * speed_mps, along, line[:, axis]) for axis in (0, 1)],
            axis=1,
        ),
        received,
    )


def stay(
    shift: Shift,
    node: str,
    *,
    begins: str,
    minutes: float,
    every_s: int = 15,
    received: datetime | None = None,
) -> datetime:
    """Let a crew be at a node for some minutes."""
    seconds = np.arange(0, minutes * 60 + 1e-6, every_s)
    place = np.repeat(at(node), len(seconds), axis=0)
    return _send(shift, clock(begins, shift.night), seconds, place, received)


def _send(
    shift: Shift,
    begins: datetime,
    seconds: np.ndarray,
    lonlat: np.ndarray,
    received: datetime | None,
) -> datetime:
    fixes = [
        Fix(
            shift=shift,
            fixed_at=begins + timedelta(seconds=float(second)),
            received_at=received or begins + timedelta(seconds=float(second)),
            lon=lon,
            lat=lat,
        )
        for second, (lon, lat) in zip(seconds.tolist(), lonlat.tolist(), strict=True)
    ]
    Fix.objects.bulk_create(fixes, ignore_conflicts=True)
    return fixes[-1].fixed_at


def bind(
    shift: Shift, number: int, node: str, begins: str, ends: str, **values: object
) -> DutyStay:
    """What a published plan binds a crew to."""
    lon, lat = at(node)[0]
    return DutyStay.objects.create(
        **{
            "shift": shift,
            "number": number,
            "begins_at": clock(begins, shift.night),
            "ends_at": clock(ends, shift.night),
            "lon": lon,
            "lat": lat,
            "name": f"{node}路口",
            "name_en": f"Corner {node}",
            "place_code": f"stop:{node}",
            "edition": 1,
        }
        | values
    )
