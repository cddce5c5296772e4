"""Weeks of which it is known how long crews were in a cell, without a single position."""

from datetime import date, datetime

from tests.factories.linhe_city import AFTERNOON, add_crew
from xunfang.patrols.models import Run, RunNight
from xunfang.patrols.runs import files
from xunfang.units.models import Shift, Station


def measured(
    station: Station,
    night: date,
    cell: str,
    minutes: float,
    *,
    at: datetime = AFTERNOON,
    heard_s: int = 3600,
) -> Shift:
    """Have a crew of a night heard of, so many minutes of it in a cell."""
    shift = add_crew(station, f"m{night:%m%d}", night=night)
    Run.objects.create(
        shift=shift, basis="", on_duty_s=8 * 3600, heard_s=heard_s, folded_at=at
    )
    RunNight.objects.get_or_create(night=night, defaults={"folded_at": at})
    row = {
        "kind": "cell",
        "night": night,
        "station": station.code,
        "crew": shift.code,
        "mode": shift.mode,
        "hour": 21,
        "cell": cell,
        "seconds": 60 * minutes,
    }
    files.replace_rows(night, [files.table_of(row, 1)], crews=[shift.code], from_hour=0)
    return shift
