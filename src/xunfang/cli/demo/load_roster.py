"""Who goes out on the demo's night: filled as a duty officer would, by two buttons."""

from datetime import date, datetime

from xunfang.accounts.models import User
from xunfang.units import models as units
from xunfang.units.roster.allocation import allocate_night, fill_station


def load_roster(*, night: date, by: User, at: datetime) -> None:
    """Fill the night's groups from headquarters and each station's crews from its own.

    A night in whose crews there is anybody stays as it is.
    """
    if units.Assignment.objects.filter(shift__night=night).exists():
        return
    allocate_night(night=night, by=by, at=at)
    for station in units.Station.objects.all():
        fill_station(station=station, night=night, by=by, at=at)
